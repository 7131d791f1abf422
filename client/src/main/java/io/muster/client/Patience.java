package io.muster.client;

import io.muster.client.model.ClusterException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pauses between tries to reach a coordinator that went away, up to a limit. One thread. */
final class Patience {
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Duration atMost;
  private @Nullable Long awaySince;
  private long pauseMillis;

  /**
   * @param atMost how long it may be away; zero: not at all
   */
  Patience(Duration atMost) {
    this.atMost = atMost;
  }

  /** It is there. */
  void reached() {
    awaySince = null;
  }

  /**
   * It is away: returns when it is time for the next try.
   *
   * @throws ClusterException.NotReached that was given, when it was away for too long or this
   *     thread is interrupted, which it still is then
   */
  void pause(ClusterException.NotReached away) {
    long now = System.nanoTime();
    if (awaySince == null) {
      awaySince = now;
      pauseMillis = FIRST_PAUSE_MILLIS;
    }
    if (now - awaySince >= atMost.toNanos() || Thread.currentThread().isInterrupted()) {
      throw away;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away;
    }
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }
}
