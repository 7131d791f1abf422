package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteRunnable;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives results in the order in which they come; stands in for {@link
 * java.util.concurrent.ExecutorCompletionService}, whose tasks hold local futures. Any thread may
 * use it.
 *
 * @param <V> the results
 */
public final class MusterCompletionService<V extends @Nullable Object>
    implements CompletionService<V> {
  /** Hands over a task whose end is told. */
  interface Submitter {
    <T extends @Nullable Object> AsyncResult<T> submit(Object task, Ended<T> ended);
  }

  /** Gets a result that is there; it must not wait. */
  interface Ended<T extends @Nullable Object> {
    void ended(AsyncResult<T> result);
  }

  private final Submitter submitter;
  private final BlockingQueue<AsyncResult<V>> ended = new LinkedBlockingQueue<>();

  MusterCompletionService(Submitter submitter) {
    this.submitter = submitter;
  }

  /** Hands over a task; a lambda serializes by itself, with what it captures. */
  public AsyncResult<V> submit(RemoteCallable<V> task) {
    return submitter.submit(task, ended::add);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}
   */
  @Override
  public AsyncResult<V> submit(Callable<V> task) {
    return submitter.submit(task, ended::add);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}
   */
  @Override
  public AsyncResult<V> submit(Runnable task, V result) {
    return submitter.submit(new RunThen<>(task, result), ended::add);
  }

  /** Hands over something to run; a lambda serializes by itself, with what it captures. */
  public AsyncResult<V> submit(RemoteRunnable task, V result) {
    return submit((Runnable) task, result);
  }

  /** Runs in a task process; the result travels there and back. */
  private record RunThen<V extends @Nullable Object>(Runnable task, V result)
      implements RemoteCallable<V> {
    @Override
    public V call() {
      task.run();
      return result;
    }
  }

  @Override
  public AsyncResult<V> take() throws InterruptedException {
    return ended.take();
  }

  @Override
  public @Nullable AsyncResult<V> poll() {
    return ended.poll();
  }

  @Override
  public @Nullable AsyncResult<V> poll(long timeout, TimeUnit unit) throws InterruptedException {
    return ended.poll(timeout, unit);
  }
}
