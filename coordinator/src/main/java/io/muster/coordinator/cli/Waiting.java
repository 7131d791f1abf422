package io.muster.coordinator.cli;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Waits for jobs, shows how far they are on standard error, and survives a coordinator's restart.
 * Ctrl-C leaves the jobs running and says how to come back.
 */
final class Waiting {
  private static final Duration AWAY_AT_MOST = Duration.ofMinutes(5);
  private static final long RETRY_MILLIS = 500;
  private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;

  private final Surroundings machine;
  private final CoordinatorApi cluster;
  private final @Nullable Long deadline;
  private final AtomicReference<@Nullable JobStatus> latest = new AtomicReference<>();
  private Progress progress = new Progress();
  private final LiveLines live;
  private @Nullable JobState saidState;
  private long saidNanos;
  private int width;
  private int paints;

  /**
   * @param within how long at most, or null
   */
  Waiting(Surroundings machine, CoordinatorApi cluster, @Nullable Duration within) {
    this.machine = machine;
    this.cluster = cluster;
    live = new LiveLines(machine.err());
    deadline = within == null ? null : System.nanoTime() + within.toNanos();
  }

  /** Waits for this job's end. */
  JobStatus end(JobId job) {
    latest.set(null);
    progress = new Progress();
    saidState = null;
    Thread farewell =
        new Thread(
            () -> {
              wipe();
              machine.say("job " + job + " goes on; 'muster wait " + job + "' waits for it again");
            });
    Runtime.getRuntime().addShutdownHook(farewell);
    try (Repainting repainting = new Repainting()) {
      JobStatus end = watched(job);
      repainting.close();
      show(end);
      finish(end);
      return end;
    } finally {
      release(farewell);
    }
  }

  private static void release(Thread farewell) {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException e) {
      Thread.currentThread().interrupt(); // Ctrl-C was quicker: the farewell is being said
    }
  }

  private JobStatus watched(JobId job) {
    @Nullable Long awaySince = null;
    while (true) {
      try (AnswerStream<JobStatus> views = cluster.watch(job)) {
        Alarm alarm = new Alarm(views);
        try (alarm) {
          while (views.hasNext()) {
            JobStatus now = views.next();
            awaySince = null;
            show(now);
            if (now.state().isEnd()) {
              return now;
            }
          }
        } catch (ClusterException e) {
          checkTime(job);
          throw e;
        }
        checkTime(job);
      } catch (ClusterException.NotReached e) {
        if (latest.get() == null) {
          throw e; // it was never there
        }
        long now = System.nanoTime();
        if (awaySince == null) {
          awaySince = now;
          wipe();
          machine.say("muster: " + e.getMessage() + "; trying again");
        } else if (now - awaySince > AWAY_AT_MOST.toNanos()) {
          throw e;
        }
      }
      pause(job);
    }
  }

  private void pause(JobId job) {
    checkTime(job);
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(ExitCode.INTERRUPTED, "interrupted");
    }
  }

  private void checkTime(JobId job) {
    if (deadline != null && System.nanoTime() >= deadline) {
      wipe();
      throw new Refused(ExitCode.OUT_OF_TIME, "job " + job + " has not ended in time; it goes on");
    }
  }

  private synchronized void show(JobStatus job) {
    latest.set(job);
    long now = System.nanoTime();
    progress.at(job, now);
    if (machine.errIsTerminal()) {
      paint(job);
    } else if (!job.state().isEnd()
        && (job.state() != saidState || now - saidNanos >= PLAIN_EVERY_NANOS)) {
      saidState = job.state();
      saidNanos = now;
      machine.say(Sentences.underWay(job));
    }
  }

  private void paint(JobStatus job) {
    if (paints++ % 10 == 0) {
      width = machine.width();
    }
    live.paint(progress.lines(job, width));
  }

  private synchronized void wipe() {
    live.wipe();
  }

  private synchronized void finish(JobStatus end) {
    if (machine.errIsTerminal()) {
      live.leave();
    }
    machine.say(Sentences.ended(end));
  }

  /** Ends a call that would outlast the time given. */
  private final class Alarm implements AutoCloseable {
    private final @Nullable ScheduledExecutorService clock;

    Alarm(AnswerStream<?> call) {
      if (deadline == null) {
        clock = null;
        return;
      }
      clock = Executors.newSingleThreadScheduledExecutor(Alarm::daemon);
      var unused = clock.schedule(call::close, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    static Thread daemon(Runnable work) {
      Thread thread = new Thread(work, "clock");
      thread.setDaemon(true);
      return thread;
    }

    @Override
    public void close() {
      if (clock != null) {
        clock.shutdownNow();
      }
    }
  }

  /** Paints the line anew each second, also when nothing changed. */
  private final class Repainting implements AutoCloseable {
    private final ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(Alarm::daemon);

    Repainting() {
      if (machine.errIsTerminal()) {
        var unused = clock.scheduleAtFixedRate(this::paintAgain, 1, 1, TimeUnit.SECONDS);
      }
    }

    private void paintAgain() {
      JobStatus job = latest.get();
      if (job != null) {
        show(job);
      }
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
