package io.muster.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs users' callbacks one at a time, in the order in which results came, on a thread of their own
 * ({@code muster-callbacks}): one that takes long holds up the others, and no result.
 */
final class Callbacks {
  private volatile @Nullable Thread thread;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);

  Callbacks() {
    executor.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable work) {
    Thread made = new Thread(work, "muster-callbacks");
    made.setDaemon(true);
    thread = made;
    return made;
  }

  void run(Runnable callback) {
    try {
      executor.execute(callback);
    } catch (RejectedExecutionException e) {
      // closed: Python's pool runs no callbacks after its end either
    }
  }

  /**
   * Waits until those that were handed over by now have run; at once when called from one of them.
   */
  boolean await(long nanos) throws InterruptedException {
    if (Thread.currentThread() == thread || executor.isShutdown()) {
      return true;
    }
    CompletableFuture<Void> reached = new CompletableFuture<>();
    run(() -> reached.complete(null));
    try {
      reached.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is only ever completed", e);
    }
  }

  void close() {
    executor.shutdown();
  }
}
