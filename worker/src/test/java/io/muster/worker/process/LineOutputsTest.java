package io.muster.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineOutputsTest {
  @TempDir Path growing;
  @TempDir Path out;

  private Values read(String text, int piece) throws IOException {
    LineOutputs lines = new LineOutputs(growing, out, 100);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      int length = Math.min(piece, bytes.length - at);
      byte[] part = new byte[length];
      System.arraycopy(bytes, at, part, 0, length);
      assertThat(lines.write(part, length)).isTrue();
    }
    return lines.finish();
  }

  private List<String> texts(Values values) throws IOException {
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (int length : values.lengths()) {
      texts.add(new String(values.bytes(), at, length, StandardCharsets.UTF_8));
      at += length;
    }
    for (Values.BlobValue blob : values.blobs()) {
      BlobRef ref = blob.blob();
      assertThat(texts.get(blob.position())).isEmpty();
      texts.set(blob.position(), Files.readString(out.resolve(ref.id().sha256())));
      assertThat(ref.size()).isEqualTo(texts.get(blob.position()).length());
    }
    return texts;
  }

  @Test
  void linesAreTheSameHoweverTheyCome() throws IOException {
    String longOne = "x".repeat(1_000);
    String nearly = "y".repeat(100);
    String text = "a\n\n" + longOne + "\n" + nearly + "\nb\n" + longOne + "z";
    for (int piece : new int[] {1, 2, 7, 99, 100, 101, 1_000, 10_000}) {
      assertThat(texts(read(text, piece)))
          .as("in pieces of " + piece)
          .containsExactly("a", "", longOne, nearly, "b", longOne + "z");
    }
    assertThat(read("", 1).count()).isZero();
    assertThat(texts(read("\n", 1))).containsExactly("");
  }

  @Test
  void aLongLineThatIsNotWantedLeavesNothing() throws IOException {
    LineOutputs lines = new LineOutputs(growing, out, 100);
    assertThat(lines.write(new byte[1_000], 1_000)).isTrue();
    lines.discard();
    assertThat(growing).isEmptyDirectory();
    assertThat(out).isEmptyDirectory();
  }
}
