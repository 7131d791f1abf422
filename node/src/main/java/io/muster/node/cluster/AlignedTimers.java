package io.muster.node.cluster;

import com.typesafe.config.Config;
import java.io.Closeable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler.TaskRunOnClose;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.actor.SchedulerTask;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's timers on a thread that sleeps until one is due. What comes again and again comes, after
 * its first time, at multiples of its period (of a second if that is shorter) of one clock: dozens
 * of such timers wake an idle node a few times a second, together, and each wake-up costs more than
 * what it is for. A timer that comes once comes when it is due.
 *
 * <p>Made by Pekko, by its name in the configuration. Any thread.
 */
public final class AlignedTimers extends AbstractScheduler implements Closeable {
  private static final long LONGEST_GRID = Duration.ofSeconds(1).toNanos();

  /** Longer than any node runs, and short enough to be added to a time. */
  private static final long LONGEST_PERIOD = Long.MAX_VALUE / 2;

  private final LoggingAdapter log;
  private final ScheduledThreadPoolExecutor thread;

  /** What is to run even if its time has not come when this closes. */
  private final Set<Once> last = ConcurrentHashMap.newKeySet();

  /** As Pekko calls it. */
  @SuppressWarnings("unused")
  public AlignedTimers(Config config, LoggingAdapter log, ThreadFactory threads) {
    this.log = log;
    thread = new ScheduledThreadPoolExecutor(1, threads);
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public double maxFrequency() {
    return 1000;
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext on) {
    Once once = new Once(task, on);
    if (delay.toNanos() <= 0) {
      on.execute(once);
      return once;
    }
    if (task instanceof TaskRunOnClose) {
      last.add(once);
    }
    once.arm(delay.toNanos());
    return once;
  }

  @Override
  public Cancellable scheduleWithFixedDelay(
      FiniteDuration first, FiniteDuration period, Runnable task, ExecutionContext on) {
    return schedule(first, period, task, on);
  }

  @Override
  public Cancellable schedule(
      FiniteDuration first, FiniteDuration period, Runnable task, ExecutionContext on) {
    if (period.toNanos() <= 0) {
      throw new IllegalArgumentException("a period of " + period);
    }
    Again again = new Again(task, on, period.toNanos());
    again.arm(Math.max(0, first.toNanos()));
    return again;
  }

  /** Runs what has to run before the threads of the actor system end, and nothing else more. */
  @Override
  public void close() {
    thread.shutdown(); // without an interrupt for whoever is told something just now
    for (Once once : last) {
      try {
        once.runHere();
      } catch (RuntimeException e) {
        log.error(e, "a last task failed");
      }
    }
  }

  /**
   * When what came now comes again: at the multiple of the period, or of a second if that is
   * shorter, that is nearest to a period from now.
   *
   * @param now as {@link System#nanoTime} has it, which may be negative
   */
  static long again(long now, long period) {
    long grid = Math.min(period, LONGEST_GRID);
    long next = now + Math.min(period, LONGEST_PERIOD);
    return -Math.floorDiv(-(next - grid / 2), grid) * grid;
  }

  private abstract class Timer implements Runnable, Cancellable {
    final Runnable task;
    final ExecutionContext on;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile @Nullable Future<?> armed;

    Timer(Runnable task, ExecutionContext on) {
      this.task = task;
      this.on = on;
    }

    final void arm(long nanos) {
      try {
        armed = thread.schedule(this::due, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closed) {
        SchedulerException why = new SchedulerException("the timers are closed");
        throw new IllegalStateException(why.getMessage(), why); // as the others of Pekko say it
      }
    }

    /** On the timers' thread. */
    private void due() {
      try {
        on.execute(this);
      } catch (RuntimeException refused) {
        on.reportFailure(refused);
      }
    }

    /** True once. */
    final boolean ends() {
      return done.compareAndSet(false, true);
    }

    final boolean isDone() {
      return done.get();
    }

    @Override
    public boolean cancel() {
      boolean first = ends();
      if (first) {
        Future<?> waiting = armed;
        if (waiting != null) {
          waiting.cancel(false);
        }
        cancelled();
      }
      return first;
    }

    void cancelled() {}

    @Override
    public boolean isCancelled() {
      return isDone();
    }
  }

  private final class Once extends Timer {
    private volatile boolean cancelled;

    Once(Runnable task, ExecutionContext on) {
      super(task, on);
    }

    @Override
    public void run() {
      runHere();
    }

    void runHere() {
      last.remove(this);
      if (ends()) {
        task.run();
      }
    }

    @Override
    void cancelled() {
      cancelled = true;
      last.remove(this);
      if (task instanceof SchedulerTask told) {
        on.execute(told::cancelled);
      }
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }

  private final class Again extends Timer {
    private final long period;

    Again(Runnable task, ExecutionContext on, long period) {
      super(task, on);
      this.period = period;
    }

    @Override
    public void run() {
      if (isDone()) {
        return;
      }
      boolean goesOn = false;
      try {
        task.run();
        goesOn = !thread.isShutdown();
      } catch (SchedulerException over) {
        log.debug("{}: comes no more", over.getMessage()); // whom it is for has ended
      } finally {
        if (!goesOn) {
          ends();
        } else if (!isDone()) {
          armAgain();
        }
      }
    }

    private void armAgain() {
      try {
        long now = System.nanoTime();
        arm(again(now, period) - now);
      } catch (IllegalStateException closed) {
        ends();
      }
    }
  }
}
