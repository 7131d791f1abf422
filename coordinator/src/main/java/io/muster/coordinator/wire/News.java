package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.protocol.JobId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Whether a job changed since one last looked: news that come while nobody waits are kept as one.
 * Between two looks lies a tenth of the time since the first, at most the interval: a short job is
 * followed closely, a long one costs little.
 */
final class News implements AutoCloseable {
  private static final int SHARE = 10;

  private final long mostNanos;
  private final long began = System.nanoTime();
  private final Desk.Subscription subscription;
  private long looked = began;
  private CompletableFuture<Void> next = new CompletableFuture<>();

  News(Desk desk, JobId job, Duration interval) {
    mostNanos = interval.toNanos();
    subscription = desk.watch(job, this::changed);
  }

  private synchronized void changed() {
    next.complete(null);
  }

  /** To be called before one looks: changes from here on complete what {@link #next} gives. */
  synchronized void looking() {
    looked = System.nanoTime();
    if (next.isDone()) {
      next = new CompletableFuture<>();
    }
  }

  /** Completes when the job has changed since {@link #looking} and it is time to look again. */
  synchronized CompletionStage<Void> next() {
    return next.thenCompose(changed -> pause());
  }

  private synchronized CompletionStage<Void> pause() {
    long now = System.nanoTime();
    long left = looked + Math.min(mostNanos, (now - began) / SHARE) - now;
    if (left <= 0) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS, Runnable::run));
  }

  @Override
  public void close() {
    subscription.close();
  }
}
