package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.protocol.JobId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Whether a job changed since one last looked: news that come while nobody waits are kept as one,
 * and no two follow each other faster than the interval.
 */
final class News implements AutoCloseable {
  private final Executor afterInterval;
  private final Desk.Subscription subscription;
  private CompletableFuture<Void> next = new CompletableFuture<>();

  News(Desk desk, JobId job, Duration interval) {
    afterInterval =
        CompletableFuture.delayedExecutor(
            interval.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
    subscription = desk.watch(job, this::changed);
  }

  private synchronized void changed() {
    next.complete(null);
  }

  /** To be called before one looks: changes from here on complete what {@link #next} gives. */
  synchronized void looking() {
    if (next.isDone()) {
      next = new CompletableFuture<>();
    }
  }

  /** Completes when the job has changed since {@link #looking}, a moment later. */
  synchronized CompletionStage<Void> next() {
    return next.thenRunAsync(() -> {}, afterInterval);
  }

  @Override
  public void close() {
    subscription.close();
  }
}
