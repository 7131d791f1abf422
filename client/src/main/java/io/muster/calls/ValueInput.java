package io.muster.calls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ValueOutput} wrote. For one thread. */
final class ValueInput {
  /** How a stream of serialized objects is read here. */
  interface Objects {
    /**
     * @param length bytes of the stream
     */
    ObjectInputStream stream(ByteArrayInputStream bytes, int length) throws IOException;
  }

  /** Stands for a value that is in the stream behind the last one. */
  private static final Object IN_STREAM = new Object();

  private final byte[] bytes;
  private final int end;
  private final Objects objects;
  private int at;

  ValueInput(byte[] bytes, int offset, int length, Objects objects) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
    this.objects = objects;
  }

  /** The one value that is there. */
  @Nullable Object readOne() throws UnreadableValueException {
    if (at < end && bytes[at] == Tag.STREAM) {
      return fromStream(1)[0];
    }
    Object value = next();
    if (value == IN_STREAM) {
      return fromStream(1)[0];
    }
    if (at != end) {
      throw UnreadableValueException.damaged();
    }
    return value;
  }

  /** The values that are there; so many were written together. */
  @Nullable Object[] readAll(int count) throws UnreadableValueException {
    @Nullable Object[] values = new @Nullable Object[count];
    int inStream = 0;
    for (int i = 0; i < count; i++) {
      values[i] = next();
      if (values[i] == IN_STREAM) {
        inStream++;
      }
    }
    if (inStream == 0) {
      if (at != end) {
        throw UnreadableValueException.damaged();
      }
      return values;
    }
    @Nullable Object[] streamed = fromStream(inStream);
    int next = 0;
    for (int i = 0; i < count; i++) {
      if (values[i] == IN_STREAM) {
        values[i] = streamed[next++];
      }
    }
    return values;
  }

  /** The next varint, which is a length of something that follows. */
  int readLength() throws UnreadableValueException {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw UnreadableValueException.damaged();
    }
    return (int) length;
  }

  byte[] readBytes(int length) throws UnreadableValueException {
    int start = skip(length);
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  private @Nullable Object next() throws UnreadableValueException {
    byte tag = bytes[skip(1)];
    return switch (tag) {
      case Tag.NULL -> null;
      case Tag.FALSE -> Boolean.FALSE;
      case Tag.TRUE -> Boolean.TRUE;
      case Tag.INT -> (int) unzigzag(varint());
      case Tag.LONG -> unzigzag(varint());
      case Tag.DOUBLE -> Double.longBitsToDouble(fixed(Double.BYTES));
      case Tag.FLOAT -> Float.intBitsToFloat((int) fixed(Float.BYTES));
      case Tag.SHORT -> (short) unzigzag(varint());
      case Tag.BYTE -> bytes[skip(1)];
      case Tag.CHAR -> (char) varint();
      case Tag.STRING -> {
        int length = readLength();
        yield new String(bytes, skip(length), length, StandardCharsets.UTF_8);
      }
      case Tag.BYTES -> readBytes(readLength());
      case Tag.OBJECT -> IN_STREAM;
      default -> throw UnreadableValueException.damaged();
    };
  }

  private @Nullable Object[] fromStream(int count) throws UnreadableValueException {
    @Nullable Object[] values = new @Nullable Object[count];
    try (ObjectInputStream stream =
        objects.stream(new ByteArrayInputStream(bytes, at, end - at), end - at)) {
      for (int i = 0; i < count; i++) {
        values[i] = stream.readObject();
      }
      return values;
    } catch (ClassNotFoundException e) {
      throw new UnreadableValueException("no class " + e.getMessage() + " here to read it", e);
    } catch (InvalidClassException e) {
      throw new UnreadableValueException("a serialized object can't be read: " + refused(e), e);
    } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
      throw new UnreadableValueException("a serialized object can't be read: " + e, e);
    }
  }

  private static String refused(InvalidClassException e) {
    return String.valueOf(e.getMessage()).startsWith("filter status")
        ? "the filter for results refuses it (" + e.getMessage() + ")"
        : e.toString();
  }

  private long varint() throws UnreadableValueException {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte part = bytes[skip(1)];
      number |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return number;
      }
    }
    throw UnreadableValueException.damaged();
  }

  private static long unzigzag(long number) {
    return (number >>> 1) ^ -(number & 1);
  }

  private long fixed(int length) throws UnreadableValueException {
    int start = skip(length);
    long bits = 0;
    for (int i = start; i < start + length; i++) {
      bits = bits << 8 | bytes[i] & 0xFF;
    }
    return bits;
  }

  /** Goes on; where it was. */
  private int skip(int length) throws UnreadableValueException {
    int start = at;
    if (length > end - start) {
      throw UnreadableValueException.damaged();
    }
    at = start + length;
    return start;
  }
}
