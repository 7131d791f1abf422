package io.muster.worker.wire;

/** A call to the API that did not succeed; the message is one line. */
public final class ApiException extends Exception {
  private final boolean worthRetrying;

  ApiException(String message, boolean worthRetrying, Throwable cause) {
    super(message, cause);
    this.worthRetrying = worthRetrying;
  }

  /** Whether the same call may succeed later: nobody answered, or not now. */
  public boolean isWorthRetrying() {
    return worthRetrying;
  }

  /** One line. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
