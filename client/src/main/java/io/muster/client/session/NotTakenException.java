package io.muster.client.session;

/** A call was not taken; the message is one line for the caller. */
public class NotTakenException extends RuntimeException {
  /** It alone is not taken: it is larger than the limit. */
  public static final class TooLarge extends NotTakenException {
    public TooLarge(String message) {
      super(message);
    }
  }

  public NotTakenException(String message) {
    super(message);
  }

  public NotTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
