package io.muster.client;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What will come of a call: Python's {@code AsyncResult}, and a {@link Future}. It completes once,
 * whatever dies meanwhile. Any thread may use it.
 *
 * <table>
 *   <caption>Python's names</caption>
 *   <tr><th>{@code multiprocessing}</th><th>here</th></tr>
 *   <tr><td>{@code get()}, {@code get(timeout)}</td><td>{@link #get()}, {@link #get(Duration)}</td></tr>
 *   <tr><td>{@code wait(timeout)}</td><td>{@link #await(Duration)}</td></tr>
 *   <tr><td>{@code ready()}</td><td>{@link #ready()}</td></tr>
 *   <tr><td>{@code successful()}</td><td>{@link #successful()}</td></tr>
 *   <tr><td>(none)</td><td>{@link #cancel(boolean)}</td></tr>
 * </table>
 *
 * @param <T> the result
 */
public abstract class AsyncResult<T extends @Nullable Object> implements Future<T> {
  private static final Object CANCELLED = new Object();

  private record Failed(Throwable cause) {}

  private final CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();

  AsyncResult() {}

  // What its sink tells

  final boolean complete(@Nullable Object value) {
    return outcome.complete(value);
  }

  final boolean fail(Throwable cause) {
    return outcome.complete(new Failed(cause));
  }

  final boolean markCancelled() {
    return outcome.complete(CANCELLED);
  }

  /** Why it failed, or null. */
  final @Nullable Throwable failure() {
    return outcome.getNow(null) instanceof Failed failed ? failed.cause : null;
  }

  /** The calls behind it are not wanted. */
  abstract void stop(boolean evenIfRunning);

  // What callers ask

  /**
   * Waits for the result.
   *
   * @throws ExecutionException when the task failed. Its cause is the task's own exception if this
   *     program has its class, with the remote stack trace, and a {@link RemoteTaskException} among
   *     its suppressed ones; else a {@link RemoteTaskException}
   * @throws CancellationException when it was cancelled, or its pool terminated
   */
  @Override
  public final T get() throws InterruptedException, ExecutionException {
    return told(outcome.get());
  }

  /** {@inheritDoc} */
  @Override
  public final T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return told(outcome.get(timeout, unit));
    } catch (TimeoutException e) {
      Duration waited = Duration.ofNanos(unit.toNanos(timeout));
      throw new TimeoutException("no result within " + Deadline.seconds(waited) + ": it goes on");
    }
  }

  /** Waits for the result, but no longer than this: Python's {@code get(timeout)}. */
  public final T get(Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    return get(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // what was completed with is what the function returned
  private T told(@Nullable Object end) throws ExecutionException {
    if (end == CANCELLED) {
      throw new CancellationException("it was cancelled");
    }
    if (end instanceof Failed failed) {
      throw new ExecutionException(failed.cause);
    }
    return (T) end;
  }

  /**
   * Waits until it is ready, but no longer than this: Python's {@code wait(timeout)}.
   *
   * @return whether it is ready
   */
  public final boolean await(Duration timeout) throws InterruptedException {
    try {
      Object unused = outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("failures are values here", e);
    }
  }

  /** Whether the call has ended, in whatever way: Python's {@code ready()}. */
  public final boolean ready() {
    return outcome.isDone();
  }

  /**
   * Whether the call returned a result rather than threw: Python's {@code successful()}.
   *
   * @throws IllegalStateException when it is not ready yet
   */
  public final boolean successful() {
    if (!ready()) {
      throw new IllegalStateException("the result is not ready yet");
    }
    Object end = outcome.getNow(null);
    return end != CANCELLED && !(end instanceof Failed);
  }

  @Override
  public final boolean isDone() {
    return outcome.isDone();
  }

  @Override
  public final boolean isCancelled() {
    return outcome.getNow(null) == CANCELLED;
  }

  /**
   * Wants no result any more. What waits is not run.
   *
   * @param mayInterruptIfRunning whether a task that runs is stopped, by ending its process: no
   *     code of the task can hold that up, and none runs. If false it may finish, and its result is
   *     dropped
   */
  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    if (!markCancelled()) {
      return false;
    }
    stop(mayInterruptIfRunning);
    return true;
  }

  @Override
  public String toString() {
    String state =
        !ready() ? "not ready" : isCancelled() ? "cancelled" : successful() ? "ready" : "failed";
    return "AsyncResult[" + state + "]";
  }
}
