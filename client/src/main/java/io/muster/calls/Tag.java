package io.muster.calls;

/** The first byte of a value: what the others mean. Never changed, only added to. */
final class Tag {
  static final byte NULL = 0;
  static final byte FALSE = 1;
  static final byte TRUE = 2;

  /** A zigzag varint, as short and long have it too. */
  static final byte INT = 3;

  static final byte LONG = 4;

  /** Eight bytes, the highest first, as float has four. */
  static final byte DOUBLE = 5;

  static final byte FLOAT = 6;
  static final byte SHORT = 7;
  static final byte BYTE = 8;

  /** A varint. */
  static final byte CHAR = 9;

  /** UTF-8 behind its length as a varint. */
  static final byte STRING = 10;

  /** Bytes behind their number as a varint. */
  static final byte BYTES = 11;

  /** The next object of the serialization stream that stands behind the last value. */
  static final byte OBJECT = 12;

  /**
   * A serialization stream itself, of which this is the first byte: what was written without this
   * package is read too.
   */
  static final byte STREAM = (byte) 0xAC;

  private Tag() {}
}
