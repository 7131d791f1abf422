package io.muster.calls;

/** A function or an argument can't leave this process; the message names the class at fault. */
public final class NotSerializableCallException extends Exception {
  public NotSerializableCallException(String message, Throwable cause) {
    super(message, cause);
  }
}
