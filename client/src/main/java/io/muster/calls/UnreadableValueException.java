package io.muster.calls;

/** A result can't be made an object here; the message says why. */
public final class UnreadableValueException extends Exception {
  public UnreadableValueException(String message, Throwable cause) {
    super(message, cause);
  }
}
