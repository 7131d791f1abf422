package io.muster.client;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows one job on a thread of its own, through restarts of the coordinator, to its end. */
final class JobWatch implements AutoCloseable {
  private final CoordinatorApi api;
  private final JobId job;
  private final Consumer<? super JobStatus> listener;
  private final JobWatches watches;
  private final CompletableFuture<JobStatus> end = new CompletableFuture<>();
  private final Thread thread;
  private @Nullable AnswerStream<JobStatus> open;
  private boolean closed;

  private JobWatch(
      CoordinatorApi api, JobId job, Consumer<? super JobStatus> listener, JobWatches watches) {
    this.api = api;
    this.job = job;
    this.listener = listener;
    this.watches = watches;
    thread = new Thread(this::run, "muster-job-" + job);
    thread.setDaemon(true);
  }

  /**
   * @param listener told on the watch's thread how the job is now, whenever it changed, and how it
   *     ended
   */
  static JobWatch start(
      CoordinatorApi api, JobId job, Consumer<? super JobStatus> listener, JobWatches watches) {
    JobWatch watch = new JobWatch(api, job, listener, watches);
    watches.add(watch);
    watch.thread.start();
    return watch;
  }

  /** How the job ended; cancelled when this was closed before. */
  CompletableFuture<JobStatus> end() {
    return end;
  }

  private void run() {
    try {
      end.complete(followed());
    } catch (RuntimeException e) {
      end.completeExceptionally(
          isClosed() ? new CancellationException("nobody follows job " + job + " any more") : e);
    } finally {
      watches.remove(this);
    }
  }

  private JobStatus followed() {
    Patience patience = new Patience(Jobs.AWAY_AT_MOST);
    boolean seen = false;
    while (true) {
      try (AnswerStream<JobStatus> views = opened()) {
        while (views.hasNext()) {
          JobStatus now = views.next();
          seen = true;
          patience.reached();
          tell(now);
          if (now.state().isEnd()) {
            return now;
          }
        }
        throw new ClusterException.NotReached("the coordinator stopped");
      } catch (ClusterException.NotReached e) {
        if (!seen || isClosed()) {
          throw e;
        }
        patience.pause(e);
      }
    }
  }

  private AnswerStream<JobStatus> opened() {
    AnswerStream<JobStatus> views = api.watch(job);
    synchronized (this) {
      open = views;
    }
    if (isClosed()) {
      views.close();
    }
    return views;
  }

  /** What a listener throws is its own affair: it is shown, and the next news told all the same. */
  private void tell(JobStatus now) {
    try {
      listener.accept(now);
    } catch (RuntimeException e) {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends it; the job goes on. Any thread. */
  @Override
  public void close() {
    AnswerStream<JobStatus> views;
    synchronized (this) {
      closed = true;
      views = open;
    }
    if (views != null) {
      views.close();
    }
    if (Thread.currentThread() != thread) {
      thread.interrupt(); // it may be waiting for a coordinator
    }
  }
}
