package io.muster.harness;

import org.jspecify.annotations.Nullable;

/** Makes an object of a value's bytes. */
interface ValueReader {
  /**
   * @throws UncodableValueException if the bytes don't fit the type that the user's code wants
   */
  @Nullable Object read(byte[] bytes, int offset, int length) throws UncodableValueException;
}
