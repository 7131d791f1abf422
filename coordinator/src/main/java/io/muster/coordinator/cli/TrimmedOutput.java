package io.muster.coordinator.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passes bytes on, without a newline at the very end; {@link #end} begins the next value. */
final class TrimmedOutput extends OutputStream {
  private final OutputStream to;
  private final boolean escape;
  private boolean newline;

  /** The beginning of a character of several bytes (UTF-8). */
  private final byte[] begun = new byte[4];

  private int have;
  private int need;

  /**
   * @param escape show what a terminal would obey, and bytes that are no text, as {@code \x1b} or
   *     <code>&#92;u202e</code>
   */
  TrimmedOutput(OutputStream to, boolean escape) {
    this.to = to;
    this.escape = escape;
  }

  @Override
  public void write(int value) throws IOException {
    if (newline) {
      to.write('\n');
      newline = false;
    }
    if (value == '\n') {
      noCharacter();
      newline = true;
    } else if (escape) {
      writeHarmless((byte) value);
    } else {
      to.write(value);
    }
  }

  private void writeHarmless(byte value) throws IOException {
    if (have > 0 && (value & 0xc0) != 0x80) {
      noCharacter();
    }
    if (have == 0) {
      need = Math.max(1, Integer.numberOfLeadingZeros(~(value << 24)));
    }
    begun[have++] = value;
    if (have == Math.min(need, begun.length)) {
      character();
    }
  }

  private void character() throws IOException {
    CharBuffer text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(begun, 0, have));
    } catch (CharacterCodingException e) {
      noCharacter();
      return;
    }
    have = 0;
    to.write(Text.harmless(text.toString()).getBytes(StandardCharsets.UTF_8));
  }

  /** What has begun is none. */
  private void noCharacter() throws IOException {
    for (byte each : Arrays.copyOf(begun, have)) {
      to.write(String.format("\\x%02x", each & 0xff).getBytes(StandardCharsets.US_ASCII));
    }
    have = 0;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (escape) {
      for (int i = from; i < from + length; i++) {
        write(bytes[i]);
      }
    } else if (length > 0) {
      if (newline) {
        to.write('\n');
      }
      newline = bytes[from + length - 1] == '\n';
      to.write(bytes, from, newline ? length - 1 : length);
    }
  }

  /** Ends a value with this byte. */
  void end(int separator) throws IOException {
    noCharacter();
    newline = false;
    to.write(separator);
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }
}
