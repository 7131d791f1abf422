package io.muster.calls;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes values: what is small and common in a few bytes behind a {@link Tag}, everything else by
 * Java serialization, several objects in one stream, so that what they share they share when read.
 */
final class ValueOutput {
  private ValueOutput() {}

  /** Writes one value. */
  static void write(@Nullable Object value, OutputStream out) throws IOException {
    if (!writeCompact(value, true, out)) {
      out.write(Tag.OBJECT);
      ObjectOutputStream stream = new ObjectOutputStream(out);
      stream.writeObject(value);
      stream.flush();
    }
  }

  /** Writes values that are read together. */
  static void writeAll(@Nullable Object[] values, OutputStream out) throws IOException {
    boolean alone = values.length == 1;
    int objects = 0;
    for (Object value : values) {
      if (!writeCompact(value, alone, out)) {
        out.write(Tag.OBJECT);
        objects++;
      }
    }
    if (objects > 0) {
      ObjectOutputStream stream = new ObjectOutputStream(out);
      for (Object value : values) {
        if (!isCompact(value, alone)) {
          stream.writeObject(value);
        }
      }
      stream.flush();
    }
  }

  /**
   * @param alone whether no other value can refer to the same array
   */
  private static boolean isCompact(@Nullable Object value, boolean alone) {
    return value == null
        || value instanceof Integer
        || value instanceof Long
        || (value instanceof String text && !hasLoneSurrogate(text))
        || value instanceof Double
        || value instanceof Boolean
        || (alone && value instanceof byte[])
        || value instanceof Float
        || value instanceof Short
        || value instanceof Byte
        || value instanceof Character;
  }

  private static boolean writeCompact(@Nullable Object value, boolean alone, OutputStream out)
      throws IOException {
    if (value == null) {
      out.write(Tag.NULL);
    } else if (value instanceof Integer number) {
      out.write(Tag.INT);
      varint(((number << 1) ^ (number >> 31)) & 0xFFFF_FFFFL, out);
    } else if (value instanceof Long number) {
      out.write(Tag.LONG);
      varint((number << 1) ^ (number >> 63), out);
    } else if (!isCompact(value, alone)) {
      return false;
    } else if (value instanceof String text) {
      bytes(Tag.STRING, text.getBytes(StandardCharsets.UTF_8), out);
    } else if (value instanceof byte[] array) {
      bytes(Tag.BYTES, array, out);
    } else {
      writeRarer(value, out);
    }
    return true;
  }

  private static void writeRarer(Object value, OutputStream out) throws IOException {
    if (value instanceof Double number) {
      out.write(Tag.DOUBLE);
      fixed(Double.doubleToRawLongBits(number), Double.BYTES, out);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? Tag.TRUE : Tag.FALSE);
    } else if (value instanceof Float number) {
      out.write(Tag.FLOAT);
      fixed(Float.floatToRawIntBits(number), Float.BYTES, out);
    } else if (value instanceof Short number) {
      out.write(Tag.SHORT);
      varint(((number << 1) ^ (number >> 31)) & 0xFFFF_FFFFL, out);
    } else if (value instanceof Byte number) {
      out.write(Tag.BYTE);
      out.write(number);
    } else if (value instanceof Character character) {
      out.write(Tag.CHAR);
      varint(character, out);
    } else {
      throw new IllegalStateException("not a compact value: " + value.getClass());
    }
  }

  private static void bytes(byte tag, byte[] bytes, OutputStream out) throws IOException {
    out.write(tag);
    varint(bytes.length, out);
    out.write(bytes, 0, bytes.length);
  }

  static void varint(long number, OutputStream out) throws IOException {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void fixed(long bits, int bytes, OutputStream out) throws IOException {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (bits >>> shift));
    }
  }

  /** UTF-8 has no form for half a character; Java's own serialization has. */
  private static boolean hasLoneSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == length || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
