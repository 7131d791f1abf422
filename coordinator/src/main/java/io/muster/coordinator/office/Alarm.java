package io.muster.coordinator.office;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rings at a time, to a millisecond: Pekko's timers here are 50 ms late and more, so that idle
 * nodes sleep, and a rate would not be reached with them. One thread uses it; its own only rings.
 */
final class Alarm {
  private final Runnable ring;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread ringing = new Thread(task, "muster-alarm");
            ringing.setDaemon(true);
            return ringing;
          });
  private @Nullable Long at;
  private @Nullable Future<?> set;

  /**
   * @param ring to be quick, for instance to send a message
   */
  Alarm(Runnable ring) {
    this.ring = ring;
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * @param time as of {@link System#nanoTime()}, or null: not at all
   */
  void set(@Nullable Long time) {
    if (time == null ? at == null : time.equals(at)) {
      return;
    }
    if (set != null) {
      set.cancel(false);
    }
    at = time;
    set =
        time == null
            ? null
            : thread.schedule(ring, Math.max(0, time - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /** It has rung. */
  void over() {
    at = null;
    set = null;
  }

  void close() {
    thread.shutdownNow();
  }
}
