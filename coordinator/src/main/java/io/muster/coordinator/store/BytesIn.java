package io.muster.coordinator.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A place in bytes that {@link Bytes} put together. */
final class BytesIn {
  private final byte[] array;
  private int at;

  BytesIn(byte[] array, int at) {
    this.array = array;
    this.at = at;
  }

  byte[] array() {
    return array;
  }

  int at() {
    return at;
  }

  void skip(int length) {
    at += length;
  }

  boolean atEnd() {
    return at >= array.length;
  }

  int getByte() {
    return array[at++];
  }

  long getVar() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = array[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  int getCount() {
    return Math.toIntExact(getVar());
  }

  int getInt() {
    at += 4;
    return (array[at - 4] & 0xff) << 24
        | (array[at - 3] & 0xff) << 16
        | (array[at - 2] & 0xff) << 8
        | array[at - 1] & 0xff;
  }

  long getLong() {
    return (long) getInt() << 32 | getInt() & 0xffff_ffffL;
  }

  byte[] get(int length) {
    at += length;
    return Arrays.copyOfRange(array, at - length, at);
  }

  String getString() {
    int length = getCount();
    at += length;
    return new String(array, at - length, length, StandardCharsets.UTF_8);
  }
}
