package io.muster.harness;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes bytes of a value. */
interface ValueWriter {
  /**
   * @throws UncodableValueException if the value can't be written; says where in it
   */
  void write(@Nullable Object value, EncodedValue out) throws UncodableValueException, IOException;
}
