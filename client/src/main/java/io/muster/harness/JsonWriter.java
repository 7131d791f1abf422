package io.muster.harness;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON. What most tasks result in (numbers, strings, null) is written here, so
 * that a process loads a JSON library only when it needs one; the bytes are the same.
 */
final class JsonWriter implements ValueWriter {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  @Override
  public void write(@Nullable Object value, EncodedValue out)
      throws UncodableValueException, IOException {
    if (value == null) {
      out.ascii("null");
    } else if (value instanceof Long || value instanceof Integer) {
      out.decimal(((Number) value).longValue());
    } else if (value instanceof Double number) {
      writeFloating(number.isNaN() || number.isInfinite(), number.toString(), out);
    } else if (value instanceof Float number) {
      writeFloating(number.isNaN() || number.isInfinite(), number.toString(), out);
    } else if (value instanceof String text) {
      writeString(text, out);
    } else if (value instanceof Boolean || value instanceof Short || value instanceof Byte) {
      out.ascii(value.toString());
    } else {
      JsonInUse.get().write(value, out);
    }
  }

  /** JSON has no numbers for these; their names as strings are read back into the same. */
  private static void writeFloating(boolean isNoNumber, String text, EncodedValue out)
      throws IOException {
    out.ascii(isNoNumber ? '"' + text + '"' : text);
  }

  private static void writeString(String text, EncodedValue out) throws IOException {
    out.write('"');
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          out.write('\\');
          out.write(c);
        } else if (c >= ' ') {
          out.write(c);
        } else {
          writeControl(c, out);
        }
      } else if (c < 0x800) {
        out.write(0xC0 | c >> 6);
        out.write(0x80 | c & 0x3F);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        out.write(0xF0 | codePoint >> 18);
        out.write(0x80 | codePoint >> 12 & 0x3F);
        out.write(0x80 | codePoint >> 6 & 0x3F);
        out.write(0x80 | codePoint & 0x3F);
      } else if (Character.isSurrogate(c)) {
        writeEscaped(c, out); // half a pair: UTF-8 has no bytes for it
      } else {
        out.write(0xE0 | c >> 12);
        out.write(0x80 | c >> 6 & 0x3F);
        out.write(0x80 | c & 0x3F);
      }
    }
    out.write('"');
  }

  private static void writeControl(char c, EncodedValue out) throws IOException {
    switch (c) {
      case '\n' -> out.ascii("\\n");
      case '\r' -> out.ascii("\\r");
      case '\t' -> out.ascii("\\t");
      case '\b' -> out.ascii("\\b");
      case '\f' -> out.ascii("\\f");
      default -> writeEscaped(c, out);
    }
  }

  private static void writeEscaped(char c, EncodedValue out) throws IOException {
    out.ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.write(HEX[c >> shift & 0xF]);
    }
  }
}
