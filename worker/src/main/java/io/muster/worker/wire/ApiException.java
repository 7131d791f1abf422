package io.muster.worker.wire;

/** A call to the API that did not succeed; the message is one line. */
public final class ApiException extends Exception {
  private final boolean worthRetrying;
  private final boolean refusal;
  private final boolean stranger;

  public ApiException(String message, Throwable cause) {
    this(message, false, cause);
  }

  ApiException(String message, boolean worthRetrying, Throwable cause) {
    this(message, worthRetrying, false, false, cause);
  }

  private ApiException(
      String message, boolean worthRetrying, boolean refusal, boolean stranger, Throwable cause) {
    super(message, cause);
    this.worthRetrying = worthRetrying;
    this.refusal = refusal;
    this.stranger = stranger;
  }

  /** The coordinator does not let this side in. */
  static ApiException refused(String message, Throwable cause) {
    return new ApiException(message, false, true, false, cause);
  }

  /** Whoever answered is not trusted. */
  static ApiException stranger(String message, Throwable cause) {
    return new ApiException(message, false, true, true, cause);
  }

  /** Whether one side does not trust the other: no other call will be answered either. */
  public boolean isRefusal() {
    return refusal;
  }

  /**
   * Whether that is because whoever answered is not the cluster's: an address may lead elsewhere
   * for a moment, while a coordinator moves.
   */
  public boolean isStranger() {
    return stranger;
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
