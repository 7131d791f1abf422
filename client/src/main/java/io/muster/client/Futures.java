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

  private <T extends @Nullable Object> void complete(Stopping<T> future, AsyncResult<T> result) {
    try {
      completing.execute(() -> completeNow(future, result));
    } catch (RejectedExecutionException e) {
      completeNow(future, result); // closed: better here than never
    }
  }

  private static <T extends @Nullable Object> void completeNow(
      Stopping<T> future, AsyncResult<T> result) {
    try {
      future.succeeded(result.get());
    } catch (ExecutionException e) {
      future.failed(e.getCause() == null ? e : e.getCause());
    } catch (CancellationException e) {
      future.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it: the result is there
    }
  }

  void close() {
    completing.shutdown();
  }

  /** Cancelled, out of time, or completed by anybody else, it stops its task. */
  private static final class Stopping<T extends @Nullable Object> extends CompletableFuture<T> {
    private volatile @Nullable AsyncResult<T> result;

    void succeeded(T value) {
      super.complete(value);
    }

    void failed(Throwable why) {
      super.completeExceptionally(why);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return stops(super.cancel(mayInterruptIfRunning));
    }

    @Override
    public boolean complete(T value) {
      return stops(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable why) {
      return stops(super.completeExceptionally(why));
    }

    private boolean stops(boolean isFirst) {
      AsyncResult<T> mine = result;
      if (isFirst && mine != null) {
        boolean unused = mine.cancel(true);
      }
      return isFirst;
    }

    /** What depends on it is not the task: cancelling that stops nothing. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
