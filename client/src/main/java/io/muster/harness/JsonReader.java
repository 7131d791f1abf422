package io.muster.harness;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values into the type that the user's code wants. The plain ones (whole numbers,
 * strings without escapes, null) are read here, so that a process loads a JSON library only when it
 * needs one.
 */
final class JsonReader implements ValueReader {
  private static final int MOST_DIGITS = 18;

  /** What a decoder makes of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private final Type type;

  JsonReader(Type type) {
    this.type = type;
  }

  @Override
  public @Nullable Object read(byte[] bytes, int offset, int length)
      throws UncodableValueException {
    Object plain = null;
    if (type == Long.class || type == Integer.class) {
      plain = readWhole(bytes, offset, length);
    } else if (type == String.class) {
      plain = readPlainString(bytes, offset, length);
    }
    return plain != null ? plain : JsonInUse.get().read(type, bytes, offset, length);
  }

  private @Nullable Object readWhole(byte[] bytes, int offset, int length) {
    boolean negative = length > 1 && bytes[offset] == '-';
    int first = negative ? offset + 1 : offset;
    int digits = offset + length - first;
    if (digits == 0 || digits > MOST_DIGITS || bytes[first] == '0' && digits > 1) {
      return null;
    }
    long number = 0;
    for (int i = first; i < offset + length; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      number = 10 * number + digit;
    }
    number = negative ? -number : number;
    if (type == Long.class) {
      return number;
    }
    return (int) number == number ? (Object) (int) number : null;
  }

  private static @Nullable String readPlainString(byte[] bytes, int offset, int length) {
    int end = offset + length - 1;
    if (length < 2 || bytes[offset] != '"' || bytes[end] != '"') {
      return null;
    }
    for (int i = offset + 1; i < end; i++) {
      byte b = bytes[i];
      if (b == '\\' || b == '"' || b >= 0 && b < ' ') {
        return null;
      }
    }
    String text = new String(bytes, offset + 1, length - 2, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : null;
  }
}
