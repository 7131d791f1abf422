package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import io.muster.api.RemoteRunnable;
import io.muster.client.session.CallSink;
import io.muster.client.session.NotTakenException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait, for a server, a file, a timer: what {@code asyncio} is to Python, on the workers
 * of a cluster. Such a task takes no slot; thousands of them run at once in one process beside each
 * worker's slots. Any thread may use it.
 *
 * <pre>{@code
 * List<Integer> codes = muster.io().gather(urls, url -> status(url));
 * }</pre>
 *
 * <p>A function that blocks its thread while it waits is written as it is; where workers run on a
 * JVM with virtual threads it gets one of these. One that returns a {@link CompletionStage} is
 * wrapped in {@link #async}. What computes belongs into a {@link Pool}: here it would hold up its
 * neighbours, with whom it shares a process. Statics are shared by all tasks of the process, so a
 * client with its connections is best kept in one.
 *
 * <p>What {@link Pool} says of serialization, of running at least once and of memory holds here
 * too. Each gather, iteration and scope is a job of its own, and so is all that is submitted one by
 * one; nothing has to be closed but what is submitted and scopes.
 *
 * <table>
 *   <caption>Python's names</caption>
 *   <tr><th>{@code asyncio}, {@code threading}</th><th>here</th></tr>
 *   <tr><td>{@code gather(f(), g())}</td><td>{@link #gather(RemoteCallable[])}</td></tr>
 *   <tr><td>{@code gather(*(f(x) for x in xs))}</td><td>{@link #gather(Iterable, RemoteFunction)}</td></tr>
 *   <tr><td>{@code gather(…, return_exceptions=True)}</td><td>{@link #gatherAll(Iterable, RemoteFunction)}</td></tr>
 *   <tr><td>{@code as_completed}</td><td>{@link #asCompleted}</td></tr>
 *   <tr><td>{@code TaskGroup}</td><td>{@link #scope}</td></tr>
 *   <tr><td>{@code create_task}, {@code Thread.start}</td><td>{@link #submit(RemoteCallable)}</td></tr>
 *   <tr><td>{@code await task}, {@code Thread.join}</td><td>{@link AsyncResult#get()}</td></tr>
 *   <tr><td>{@code timeout}, {@code wait_for}</td><td>{@link IoOptions#within}, {@link IoOptions#timeout}</td></tr>
 *   <tr><td>{@code Semaphore}</td><td>{@link IoOptions#atOnce}, {@link IoOptions#limitPerKey}</td></tr>
 * </table>
 */
public final class Io implements AutoCloseable {
  private final Supplier<CallSink> jobs;
  private final Receiver receiver;
  private final Calls calls;
  private final IoOptions options;

  // under this monitor
  private @Nullable MusterExecutor submitting;
  private boolean closed;

  /**
   * @param jobs opens one
   */
  Io(Supplier<CallSink> jobs, Receiver receiver, Calls calls, IoOptions options) {
    this.jobs = jobs;
    this.receiver = receiver;
    this.calls = calls;
    this.options = options;
  }

  // Functions

  /**
   * A function that returns at once and is done when the stage that it returns is, in the form in
   * which the methods here take functions. The stage of a task that is cancelled, or whose time ran
   * out, is cancelled if it is a {@link java.util.concurrent.CompletableFuture}.
   *
   * <pre>{@code
   * io.gather(urls, Io.async(url -> http.sendAsync(get(url), discarding()).thenApply(r -> r.statusCode())))
   * }</pre>
   *
   * @return for the methods of this class only: a pool has no one who waits for stages
   */
  @SuppressWarnings("unchecked") // I/O processes give what the stage is completed with
  public static <T extends @Nullable Object, R extends @Nullable Object> RemoteFunction<T, R> async(
      RemoteFunction<T, ? extends CompletionStage<R>> function) {
    return (RemoteFunction<T, R>) (RemoteFunction<T, ?>) function;
  }

  /** The same for what takes no argument. */
  @SuppressWarnings("unchecked") // as above
  public static <V extends @Nullable Object> RemoteCallable<V> async(
      RemoteCallable<? extends CompletionStage<V>> call) {
    return (RemoteCallable<V>) (RemoteCallable<?>) call;
  }

  // Many

  /**
   * Runs a function on each input and waits for all: Python's {@code asyncio.gather}. When one
   * fails the others are cancelled at once, as {@code TaskGroup} does.
   *
   * @return the results in the order of the inputs; can't be changed
   * @throws ExecutionException with the first failure as its cause (see {@link AsyncResult#get()});
   *     with a {@link TimeoutException} when the whole took longer than {@link IoOptions#within}
   * @throws InterruptedException when this thread was interrupted; all is cancelled then
   */
  public <T extends @Nullable Object, R extends @Nullable Object> List<R> gather(
      Iterable<? extends T> inputs, RemoteFunction<T, R> function)
      throws InterruptedException, ExecutionException {
    List<R> results = new ArrayList<>();
    forEach(inputs, function, call -> put(results, call.index(), valueOf(call)));
    return Collections.unmodifiableList(results);
  }

  /**
   * Runs these calls at once and waits for all: Python's {@code asyncio.gather(task1(), task2())}.
   *
   * @return the results in the order of the calls; the rest as above
   */
  @SafeVarargs
  public final <V extends @Nullable Object> List<V> gather(RemoteCallable<V>... calls)
      throws InterruptedException, ExecutionException {
    return gather(List.of(calls), new CallOf<V>());
  }

  /**
   * Runs a function on each input and waits for all, whichever fail: Python's {@code
   * asyncio.gather(…, return_exceptions=True)}.
   *
   * @return what came of each, in the order of the inputs; can't be changed
   * @throws ExecutionException with a {@link TimeoutException} when the whole took longer than
   *     {@link IoOptions#within}
   * @throws InterruptedException when this thread was interrupted; all is cancelled then
   */
  public <T extends @Nullable Object, R extends @Nullable Object> List<Outcome<R>> gatherAll(
      Iterable<? extends T> inputs, RemoteFunction<T, R> function)
      throws InterruptedException, ExecutionException {
    List<Outcome<R>> outcomes = new ArrayList<>();
    forEach(inputs, function, call -> put(outcomes, call.index(), outcomeOf(call)));
    return Collections.unmodifiableList(outcomes);
  }

  /** The same for these calls. */
  @SafeVarargs
  public final <V extends @Nullable Object> List<Outcome<V>> gatherAll(RemoteCallable<V>... calls)
      throws InterruptedException, ExecutionException {
    return gatherAll(List.of(calls), new CallOf<V>());
  }

  /**
   * Runs a function on each input and gives results in the order in which they come: Python's
   * {@code asyncio.as_completed}. Inputs are read as results are taken, on the calling thread, so
   * the source may be endless. A task that fails throws when its turn comes; those behind it can be
   * asked for nevertheless. Whoever leaves before the end closes the iterator, which cancels the
   * rest.
   */
  public <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> asCompleted(
      Iterable<? extends T> inputs, RemoteFunction<T, R> function) {
    Deadline deadline = options.deadline();
    byte[] head = encoded(function);
    CallSink sink = jobs.get();
    try {
      LazyCalls<T, R> results = calls(sink, head, inputs.iterator());
      results.fill();
      return new JobResults<>(results, sink, deadline);
    } catch (InterruptedException e) {
      sink.cancel();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the cluster had too much to do", e);
    } catch (NotTakenException e) {
      throw notTaken(e);
    } catch (RuntimeException | Error e) {
      sink.cancel();
      throw e;
    }
  }

  private interface Taker {
    void take(LazyCalls.Slot ended) throws ExecutionException;
  }

  /** Unless it comes to its end, nothing of it goes on. */
  private <T extends @Nullable Object, R extends @Nullable Object> void forEach(
      Iterable<? extends T> inputs, RemoteFunction<T, R> function, Taker taker)
      throws InterruptedException, ExecutionException {
    Deadline deadline = options.deadline();
    byte[] head = encoded(function);
    CallSink sink = jobs.get();
    boolean whole = false;
    try {
      LazyCalls<T, R> results = calls(sink, head, inputs.iterator());
      for (var call = results.take(deadline.left());
          call != null;
          call = results.take(deadline.left())) {
        taker.take(call);
      }
      whole = true;
    } catch (TimeoutException e) {
      throw deadline.passed();
    } catch (NotTakenException e) {
      throw notTaken(e);
    } finally {
      if (!whole) {
        sink.cancel();
      }
    }
  }

  private byte[] encoded(Object function) {
    synchronized (this) {
      mustBeOpen();
    }
    return calls.function(function);
  }

  private <T extends @Nullable Object, R extends @Nullable Object> LazyCalls<T, R> calls(
      CallSink sink, byte[] head, Iterator<? extends T> inputs) throws InterruptedException {
    return new LazyCalls<>(
        sink,
        receiver,
        calls,
        head,
        inputs,
        0,
        false,
        false,
        options.window(),
        options.keyLimit(),
        sink::close);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // what the function returned
  private static <R extends @Nullable Object> R valueOf(LazyCalls.Slot call)
      throws ExecutionException {
    Throwable failure = call.failure();
    if (failure != null) {
      throw new ExecutionException(failure);
    }
    return (R) call.value();
  }

  @SuppressWarnings("unchecked") // as above
  private static <R extends @Nullable Object> Outcome<R> outcomeOf(LazyCalls.Slot call) {
    return new Outcome<>((R) call.value(), call.failure());
  }

  @SuppressWarnings("NullAway") // every place is filled before anybody sees the list
  private static <E extends @Nullable Object> void put(List<E> list, int index, E element) {
    while (list.size() <= index) {
      list.add(null);
    }
    list.set(index, element);
  }

  private static RuntimeException notTaken(NotTakenException e) {
    return e instanceof NotTakenException.TooLarge
        ? new IllegalArgumentException(e.getMessage(), e)
        : new IllegalStateException("the cluster takes no task: " + e.getMessage(), e);
  }

  // One by one

  /**
   * Starts a task and returns: Python's {@code asyncio.create_task}, or a thread's {@code start()}.
   * {@link AsyncResult#get()} is its {@code join()}, and gives its result.
   *
   * @throws java.util.concurrent.RejectedExecutionException when it can't be sent, with the class
   *     at fault
   */
  public <V extends @Nullable Object> AsyncResult<V> submit(RemoteCallable<V> task) {
    return submitting().submit(task);
  }

  /** The same for what returns nothing. */
  public AsyncResult<?> submit(RemoteRunnable task) {
    return submitting().submit(task);
  }

  private synchronized MusterExecutor submitting() {
    mustBeOpen();
    MusterExecutor mine = submitting;
    if (mine == null) {
      mine = new MusterExecutor(jobs.get(), receiver, calls);
      submitting = mine;
    }
    return mine;
  }

  /**
   * A scope for tasks that belong together: Python's {@code asyncio.TaskGroup}. All are waited for
   * at its end, and when one fails the rest is cancelled.
   */
  public IoScope scope() {
    synchronized (this) {
      mustBeOpen();
    }
    return new IoScope(new MusterExecutor(jobs.get(), receiver, calls), options.deadline());
  }

  private void mustBeOpen() {
    if (closed) {
      throw new IllegalStateException("this Io is closed");
    }
  }

  /**
   * Takes no more, and waits until what was {@linkplain #submit submitted} has ended, however it
   * ends. When this thread is interrupted meanwhile, that is cancelled. Iterators and scopes that
   * are open go on.
   */
  @Override
  public void close() {
    MusterExecutor mine;
    synchronized (this) {
      closed = true;
      mine = submitting;
    }
    if (mine != null) {
      mine.close();
    }
  }
}
