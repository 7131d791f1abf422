package io.muster.worker.process;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream. Safe for one writer and any reader. */
final class Tail {
  private final byte[] ring;
  private long written;

  Tail(int size) {
    ring = new byte[size];
  }

  synchronized void write(byte[] bytes, int from, int length) {
    int kept = Math.min(length, ring.length);
    for (int i = length - kept; i < length; i++) {
      ring[(int) ((written + i) % ring.length)] = bytes[from + i];
    }
    written += length;
  }

  /** How many bytes went through. */
  synchronized long written() {
    return written;
  }

  synchronized byte[] bytes() {
    int size = (int) Math.min(written, ring.length);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = ring[(int) ((written - size + i) % ring.length)];
    }
    return bytes;
  }

  /** As lines; the first one may be cut. */
  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
