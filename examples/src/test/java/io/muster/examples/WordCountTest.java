package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
  private final WordCount words = new WordCount();

  @TempDir Path folder;

  @Test
  void piecesOfAnySizeGiveTheSameCounts() throws Exception {
    Files.writeString(
        folder.resolve("a.txt"), "To be, or not to be:\nthat is the question.\n".repeat(9));
    Files.writeString(folder.resolve("b.txt"), "no newline at the end, to be sure");
    Files.writeString(folder.resolve("c.bin"), "to to to");
    for (int piece = 1; piece < 60; piece++) {
      Map<String, Long> top =
          count(Map.of("dir", folder.toString(), "top", "2", "piece", "" + piece));
      assertThat(top).containsExactly(Map.entry("be", 19L), Map.entry("to", 19L));
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> words.split(new Arguments(Map.of("dir", "/no/such"))))
        .hasMessageContaining("/no/such");
  }

  private Map<String, Long> count(Map<String, String> args) throws Exception {
    Arguments arguments = new Arguments(args);
    List<Map<String, Long>> counts = new ArrayList<>();
    for (WordCount.Piece piece : words.split(arguments).toList()) {
      counts.add(words.run(piece, arguments));
    }
    return words.reduce(counts.stream(), arguments);
  }
}
