package io.muster.client;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * When the whole of something has to be over.
 *
 * @param within null: never
 * @param at by {@link System#nanoTime}
 */
record Deadline(@Nullable Duration within, long at) {
  private static final long FOREVER = Long.MAX_VALUE / 2;

  /** So much from now. */
  static Deadline after(@Nullable Duration within) {
    return new Deadline(within, System.nanoTime() + (within == null ? FOREVER : within.toNanos()));
  }

  /** In nanoseconds; not positive once it has passed. */
  long left() {
    return within == null ? FOREVER : at - System.nanoTime();
  }

  /** As people write it. */
  static String seconds(@Nullable Duration time) {
    return time == null ? "any time" : time.toMillis() / 1000.0 + " s";
  }

  ExecutionException passed() {
    return new ExecutionException(
        new TimeoutException(
            "not all has ended within " + seconds(within) + "; the rest is cancelled"));
  }
}
