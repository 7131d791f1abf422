package io.muster.protocol.wire;

/** A message that this version does not know, or bytes that are none; says which. */
public final class UnknownMessageException extends RuntimeException {
  public UnknownMessageException(String message) {
    super(message);
  }

  public UnknownMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
