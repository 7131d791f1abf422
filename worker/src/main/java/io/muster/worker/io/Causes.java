package io.muster.worker.io;

import io.muster.protocol.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a job's failures are told: the first thousand whole, each with its own message, further ones
 * as the first of their cause was. One thread.
 */
final class Causes {
  private static final int WHOLE = 1_000;
  private static final int MOST = 1_000;

  private final boolean always;
  private final Map<List<Object>, Failure> firsts = new HashMap<>();
  private int wholeLeft = WHOLE;

  /**
   * @param always whether all are told whole
   */
  Causes(boolean always) {
    this.always = always;
  }

  Failure told(Failure failure) {
    if (always || wholeLeft > 0) {
      wholeLeft--;
      return failure;
    }
    List<Object> cause =
        List.of(failure.kind(), failure.type(), failure.stackTrace(), failure.retryAfterMillis());
    Failure first = firsts.get(cause);
    if (first == null && firsts.size() < MOST) {
      firsts.put(cause, failure);
    }
    return first == null ? failure : first;
  }
}
