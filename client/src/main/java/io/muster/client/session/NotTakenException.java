package io.muster.client.session;

/** A call was not taken; the message is one line for the caller. */
public final class NotTakenException extends RuntimeException {
  public NotTakenException(String message) {
    super(message);
  }

  public NotTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
