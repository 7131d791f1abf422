package io.muster.calls;

import java.io.OutputStream;
import java.util.Arrays;

/** A growing array, without the lock of {@link java.io.ByteArrayOutputStream}. For one thread. */
final class Bytes extends OutputStream {
  private byte[] bytes = new byte[32];
  private int size;

  @Override
  public void write(int b) {
    need(1);
    bytes[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    need(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** What was written; nothing may be written any more. */
  byte[] take() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void need(int more) {
    if (more > bytes.length - size) {
      int wanted = Math.addExact(size, more);
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8, 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, doubled));
    }
  }
}
