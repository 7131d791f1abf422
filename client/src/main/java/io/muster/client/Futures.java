package io.muster.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Completable futures of tasks. They complete on threads of their own, since what depends on them
 * is user code that may wait for another of them: the pool adds a thread then.
 */
final class Futures {
  private final ForkJoinPool completing =
      new ForkJoinPool(
          Math.max(2, Runtime.getRuntime().availableProcessors()), Futures::thread, null, true);

  private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
    thread.setName("muster-futures-" + thread.getPoolIndex());
    return thread;
  }

  <T extends @Nullable Object> CompletableFuture<T> future(Object task, MusterExecutor executor) {
    Stopping<T> future = new Stopping<>();
    future.result = executor.submitTold(task, result -> complete(future, result));
    return future;
  }

  private <T extends @Nullable Object> void complete(
      CompletableFuture<T> future, AsyncResult<T> result) {
    try {
      completing.execute(() -> completeNow(future, result));
    } catch (RejectedExecutionException e) {
      completeNow(future, result); // closed: better here than never
    }
  }

  private static <T extends @Nullable Object> void completeNow(
      CompletableFuture<T> future, AsyncResult<T> result) {
    try {
      future.complete(result.get());
    } catch (ExecutionException e) {
      future.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (CancellationException e) {
      future.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it: the result is there
    }
  }

  void close() {
    completing.shutdown();
  }

  /** Cancelled, it stops its task. */
  private static final class Stopping<T extends @Nullable Object> extends CompletableFuture<T> {
    private volatile @Nullable AsyncResult<T> result;

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      AsyncResult<T> mine = result;
      if (cancelled && mine != null) {
        boolean unused = mine.cancel(true);
      }
      return cancelled;
    }

    /** What depends on it is not the task: cancelling that stops nothing. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
