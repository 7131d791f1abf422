package io.muster.coordinator.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being put together; its array is used again. */
final class Bytes {
  private static final int KEPT = 1 << 20;

  private byte[] array = new byte[512];
  private int size;

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  /** Empties it; a very large array is given back. */
  void clear() {
    size = 0;
    if (array.length > KEPT) {
      array = new byte[512];
    }
  }

  private void reserve(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, (int) Math.max(size + (long) more, array.length * 2L));
    }
  }

  void putByte(int value) {
    reserve(1);
    array[size++] = (byte) value;
  }

  /** Seven bits a byte, the lowest first; a negative one takes ten bytes. */
  void putVar(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  void putInt(int value) {
    reserve(4);
    size += 4;
    setInt(size - 4, value);
  }

  void putLong(long value) {
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  void setInt(int at, int value) {
    array[at] = (byte) (value >>> 24);
    array[at + 1] = (byte) (value >>> 16);
    array[at + 2] = (byte) (value >>> 8);
    array[at + 3] = (byte) value;
  }

  void put(byte[] bytes, int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, array, size, length);
    size += length;
  }

  void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  void put(Bytes other) {
    put(other.array, 0, other.size);
  }

  void putString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putVar(utf8.length);
    put(utf8);
  }

  byte[] copy() {
    return Arrays.copyOf(array, size);
  }
}
