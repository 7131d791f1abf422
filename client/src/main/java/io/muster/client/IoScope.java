package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteRunnable;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * I/O tasks that belong together: Python's {@code asyncio.TaskGroup}. None outlives the block; when
 * one fails the rest is cancelled, and the first failure is thrown at the end. Any thread may start
 * tasks; the one that made the scope ends it.
 *
 * <pre>{@code
 * try (IoScope scope = muster.io().scope()) {
 *   AsyncResult<String> user = scope.submit(() -> fetch("/user"));
 *   AsyncResult<String> orders = scope.submit(() -> fetch("/orders"));
 *   scope.join();
 *   show(user.get(), orders.get());
 * }
 * }</pre>
 */
public final class IoScope implements AutoCloseable {
  private final MusterExecutor executor;
  private final Deadline deadline;

  // under this monitor
  private @Nullable Throwable failure;
  private boolean joined;

  IoScope(MusterExecutor executor, Deadline deadline) {
    this.executor = executor;
    this.deadline = deadline;
  }

  /**
   * Starts a task.
   *
   * @throws IllegalStateException when the scope is over, because it was joined or a task failed
   * @throws RejectedExecutionException when it can't be sent, with the class at fault
   */
  public <V extends @Nullable Object> AsyncResult<V> submit(RemoteCallable<V> task) {
    return start(task);
  }

  /** The same for what returns nothing. */
  public AsyncResult<?> submit(RemoteRunnable task) {
    return start(task);
  }

  private <V extends @Nullable Object> AsyncResult<V> start(Object task) {
    mustBeOpen();
    try {
      return executor.submitTold(task, this::ended);
    } catch (RejectedExecutionException e) {
      mustBeOpen(); // a task may have failed just now
      throw e;
    }
  }

  private synchronized void mustBeOpen() {
    if (failure != null) {
      throw new IllegalStateException("the scope is over: one of its tasks failed", failure);
    }
    if (joined) {
      throw new IllegalStateException("the scope is over");
    }
  }

  private void ended(AsyncResult<?> result) {
    Throwable why = result.failure();
    synchronized (this) {
      if (why == null || failure != null) {
        return;
      }
      failure = why;
    }
    cancel();
  }

  /** Wants none of the results any more: what waits is not run, what runs is stopped. */
  public void cancel() {
    List<Runnable> unused = executor.shutdownNow();
  }

  /**
   * Takes no more tasks and waits until all have ended.
   *
   * @throws ExecutionException with the first failure as its cause, when a task failed; with a
   *     {@link java.util.concurrent.TimeoutException} when {@link IoOptions#within} is over
   * @throws InterruptedException when this thread was interrupted; all is cancelled then
   */
  public void join() throws InterruptedException, ExecutionException {
    synchronized (this) {
      joined = true;
    }
    executor.shutdown();
    try {
      if (!executor.awaitTermination(deadline.left(), TimeUnit.NANOSECONDS)) {
        cancel();
        throw deadline.passed();
      }
    } catch (InterruptedException e) {
      cancel();
      throw e;
    }
    throwFailure();
  }

  private synchronized void throwFailure() throws ExecutionException {
    if (failure != null) {
      throw new ExecutionException(failure);
    }
  }

  /**
   * Joins, unless that was done.
   *
   * @throws ExecutionException as {@link #join} does
   * @throws CancellationException when this thread was interrupted, which it still is then; all is
   *     cancelled
   */
  @Override
  public void close() throws ExecutionException {
    synchronized (this) {
      if (joined) {
        return;
      }
    }
    try {
      join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while tasks of the scope were waited for");
    }
  }
}
