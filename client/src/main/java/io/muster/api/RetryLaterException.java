package io.muster.api;

import java.time.Duration;

/**
 * A task could not do its work and asks to be left alone for a while: its next try, if it has one
 * ({@code --retries}), comes no sooner. What a server says by {@code Retry-After}.
 */
public class RetryLaterException extends Exception {
  private static final long serialVersionUID = 1;

  private final Duration after;

  /**
   * Says why, and how long to wait.
   *
   * @param message for who looks at the failure
   * @param after from now; not negative
   */
  public RetryLaterException(String message, Duration after) {
    super(message);
    if (after.isNegative()) {
      throw new IllegalArgumentException("a pause of less than nothing: " + after);
    }
    this.after = after;
  }

  /** How long to wait. */
  public Duration after() {
    return after;
  }
}
