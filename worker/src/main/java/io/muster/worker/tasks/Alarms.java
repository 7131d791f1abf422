package io.muster.worker.tasks;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Rings after a while; any number of alarms costs one thread. */
final class Alarms {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Alarms() {}

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "alarms");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true); // else what it holds stays until it would have rung
    return timer;
  }

  /** Runs this later, unless it is cancelled before; it must take no time. */
  static Future<?> in(Duration time, Runnable work) {
    return TIMER.schedule(work, time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
