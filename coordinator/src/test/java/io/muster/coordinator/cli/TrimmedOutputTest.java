package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a terminal gets to see of results, and what a file does. */
class TrimmedOutputTest {
  private static byte[] passed(byte[] bytes, boolean escape, int step) throws IOException {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    try (TrimmedOutput out = new TrimmedOutput(to, escape)) {
      for (int at = 0; at < bytes.length; at += step) {
        out.write(bytes, at, Math.min(step, bytes.length - at));
      }
      out.end('\n');
    }
    return to.toByteArray();
  }

  private static String shown(byte[] bytes) throws IOException {
    String whole = new String(passed(bytes, true, bytes.length), StandardCharsets.UTF_8);
    assertThat(new String(passed(bytes, true, 1), StandardCharsets.UTF_8)).isEqualTo(whole);
    return whole;
  }

  private static String shown(String text) throws IOException {
    return shown(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textStaysAsItIs() throws IOException {
    assertThat(shown("Grüße\t日本 🙂\nmore\n")).isEqualTo("Grüße\t日本 🙂\nmore\n");
  }

  @Test
  void whatATerminalObeysIsShown() throws IOException {
    assertThat(shown("a\033[2Jb\177c\r")).isEqualTo("a\\x1b[2Jb\\x7fc\\x0d\n");
    assertThat(shown("a\u202eb\u009bc\u2066d\u200fe\u061cf"))
        .isEqualTo("a\\u202eb\\x9bc\\u2066d\\u200fe\\u061cf\n");
  }

  @Test
  void bytesThatAreNoTextAreShown() throws IOException {
    assertThat(shown(new byte[] {'a', (byte) 0x9b, 'b', (byte) 0xe2, (byte) 0x82, 'c'}))
        .isEqualTo("a\\x9bb\\xe2\\x82c\n");
    assertThat(shown(new byte[] {(byte) 0xff, (byte) 0xc3, '\n', (byte) 0xf0}))
        .isEqualTo("\\xff\\xc3\n\\xf0\n");
    assertThat(shown(new byte[] {(byte) 0xc0, (byte) 0x9b})).isEqualTo("\\xc0\\x9b\n");
  }

  @Test
  void aFileGetsAllBytes() throws IOException {
    byte[] bytes = {'a', 27, (byte) 0x9b, '\n', 0, '\n'};
    byte[] trimmed = {'a', 27, (byte) 0x9b, '\n', 0, '\n'};
    assertThat(passed(bytes, false, bytes.length)).isEqualTo(trimmed);
  }
}
