package io.muster.coordinator.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Passes bytes on, without a newline at the very end; {@link #end} begins the next value. */
final class TrimmedOutput extends OutputStream {
  private final OutputStream to;
  private final boolean escape;
  private boolean newline;

  /**
   * @param escape show control characters as {@code \x1b}, so that a terminal does not obey them
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
      newline = true;
    } else if (escape && isControl(value & 0xff)) {
      to.write(
          String.format("\\x%02x", value & 0xff)
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } else {
      to.write(value);
    }
  }

  private static boolean isControl(int value) {
    return (value < 0x20 && value != '\t' && value != '\n') || value == 0x7f;
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
    newline = false;
    to.write(separator);
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }
}
