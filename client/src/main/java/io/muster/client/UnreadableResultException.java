package io.muster.client;

/** A result is there and is not what it is asked for as; the message says which and why. */
public final class UnreadableResultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableResultException(String message, Throwable cause) {
    super(message, cause);
  }
}
