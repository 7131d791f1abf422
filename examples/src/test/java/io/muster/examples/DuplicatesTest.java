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

class DuplicatesTest {
  private final Duplicates duplicates = new Duplicates();

  @TempDir Path folder;

  private String file(String name, String content) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  private Duplicates.Report report() throws Exception {
    Arguments arguments = new Arguments(Map.of("dir", folder.toString()));
    List<Duplicates.Hashed> hashed = new ArrayList<>();
    for (String file : duplicates.split(arguments).toList()) {
      hashed.add(duplicates.run(file, arguments));
    }
    return duplicates.reduce(hashed.stream(), arguments);
  }

  @Test
  void equalFilesAreGroupedTheLargestWasteFirst() throws Exception {
    String a = file("a", "twin");
    String b = file("deep/er/b", "twin");
    file("c", "size");
    String long1 = file("long1", "longer than twins");
    String long2 = file("long2", "longer than twins");
    file("alone", "no other file has this size");
    assertThat(report())
        .isEqualTo(
            new Duplicates.Report(
                21,
                List.of(
                    new Duplicates.Group(17, List.of(long1, long2)),
                    new Duplicates.Group(4, List.of(a, b)))));
  }

  @Test
  void onlyFilesThatShareTheirSizeAreRead() throws Exception {
    String a = file("a", "1");
    String b = file("b", "2");
    file("c", "three");
    Arguments arguments = new Arguments(Map.of("dir", folder.toString()));
    assertThat(duplicates.split(arguments)).containsExactlyInAnyOrder(a, b);
    assertThat(report().groups()).isEmpty();
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> duplicates.split(new Arguments(Map.of("dir", "/no/such"))))
        .hasMessageContaining("/no/such");
    assertThatThrownBy(() -> duplicates.split(Arguments.NONE)).hasMessageContaining("--arg dir");
  }
}
