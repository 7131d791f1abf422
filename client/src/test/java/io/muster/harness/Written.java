package io.muster.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes single values that stay in memory, for tests that look at their bytes. */
final class Written {
  /** No test that uses this class writes what needs a file. */
  private static final Path NOWHERE = Path.of("no-such-folder");

  private Written() {}

  static byte[] json(@Nullable Object value) throws UncodableValueException, IOException {
    return by(new JsonWriter(), value);
  }

  /** What the library writes, for the types too that are written without it. */
  static byte[] jsonByTheLibrary(Object value) throws UncodableValueException, IOException {
    return by((each, out) -> JsonInUse.get().write(value, out), value);
  }

  static byte[] by(ValueWriter writer, @Nullable Object value)
      throws UncodableValueException, IOException {
    EncodedValue out = new EncodedValue(NOWHERE, NOWHERE);
    out.reset(Long.MAX_VALUE);
    writer.write(value, out);
    out.finish();
    return Arrays.copyOf(out.bytes(), (int) out.size());
  }

  static String text(@Nullable Object value) throws UncodableValueException, IOException {
    return new String(json(value), StandardCharsets.UTF_8);
  }
}
