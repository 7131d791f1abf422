package io.muster.harness;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads plain bytes, such as the lines of {@code --lines}. Code that wants a {@code String} (or
 * anything) gets the text, code that wants a {@code byte[]} the bytes; for any other type the bytes
 * are one JSON value, so that numbers and JSON lines work.
 */
final class LineReader implements ValueReader {
  private final Type type;
  private final JsonReader json;

  LineReader(Type type) {
    this.type = type;
    this.json = new JsonReader(type);
  }

  @Override
  public @Nullable Object read(byte[] bytes, int offset, int length)
      throws UncodableValueException {
    if (type == byte[].class) {
      return Arrays.copyOfRange(bytes, offset, offset + length);
    }
    if (TypeArguments.rawClass(type).isAssignableFrom(String.class)) {
      return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
    return json.read(bytes, offset, length);
  }
}
