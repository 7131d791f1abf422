package io.muster.calls;

import org.jspecify.annotations.Nullable;

/** Bytes can't be made into an object here; the message is one line that says why. */
public final class UnreadableValueException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableValueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static UnreadableValueException damaged() {
    return new UnreadableValueException("bytes that are no value of a call", null);
  }
}
