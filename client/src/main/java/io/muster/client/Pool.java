package io.muster.client;

import io.muster.api.RemoteBiFunction;
import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import io.muster.api.RemoteRunnable;
import io.muster.api.RemoteTriFunction;
import io.muster.calls.EncodedCall;
import io.muster.client.session.CallSink;
import io.muster.client.session.NotTakenException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pool of processes, here or on many machines, with the meaning of Python's {@code
 * multiprocessing.Pool}. Any thread may use it.
 *
 * <pre>{@code
 * try (Muster muster = Muster.local(4); Pool pool = muster.pool()) {
 *   List<Integer> squares = pool.map(x -> x * x, List.of(1, 2, 3));
 * }
 * }</pre>
 *
 * <p>Functions, arguments and results travel by Java serialization; lambdas written against these
 * methods serialize by themselves with what they capture. What can't be serialized fails its call,
 * with a {@link NotSerializableTaskException} that names the class and where it was found; nothing
 * of that call was sent then. Methods that hand over calls wait while 32 MiB of inputs are
 * unanswered.
 *
 * <p>Tasks run at least once: again when their process or worker dies, which costs no other task
 * anything. A task whose process keeps dying fails and says why.
 *
 * <h2>Where Java's habits win</h2>
 *
 * <ul>
 *   <li>{@link #close()} takes no more calls, as Python's does, and then <em>waits</em> for the
 *       answers of those that were taken, as {@code ExecutorService.close()} does since Java 19; so
 *       nothing is lost at the end of a try-with-resources block, where Python's {@code with}
 *       terminates. {@link #shutdown()} is Python's {@code close()}, which does not wait. {@code
 *       close(); join();} means the same in both languages.
 *   <li>After {@link #terminate()}, what is unanswered throws {@link
 *       java.util.concurrent.CancellationException} (in Python it hangs).
 *   <li>Results can be cancelled one by one: {@link AsyncResult#cancel(boolean)}.
 *   <li>Failures arrive as the cause of an {@link ExecutionException}.
 * </ul>
 *
 * <h2>Chunk sizes</h2>
 *
 * Python hands a chunk of inputs to a process at a time, to save messages, and a chunk is what
 * fails. Here chunks are measured to take about 100 ms and every task fails, is retried and is
 * cancelled for itself. A chunk size is taken for Python's sake: at most so many inputs travel in
 * one message. {@link PoolOptions#chunk} fixes what is handed to a process at once.
 */
public final class Pool implements AutoCloseable {
  private static final long FOREVER = Long.MAX_VALUE / 2;
  private static final int IMAP_WINDOW = 1024;

  private final CallSink sink;
  private final Receiver receiver;
  private final Calls calls;

  // under this monitor
  private boolean shutdown;
  private boolean terminated;
  private int feeding;

  Pool(CallSink sink, Receiver receiver, Calls calls) {
    this.sink = sink;
    this.receiver = receiver;
    this.calls = calls;
  }

  // One call

  /**
   * Calls a function in another process and waits for what it returns: Python's {@code
   * apply(func)}; arguments are what the lambda captures.
   *
   * @throws ExecutionException when it threw, or could not be run; see {@link AsyncResult#get()}
   */
  public <V extends @Nullable Object> V apply(RemoteCallable<V> function)
      throws InterruptedException, ExecutionException {
    return waitFor(applyAsync(function));
  }

  /** Runs something in another process and waits until it has. */
  public void apply(RemoteRunnable function) throws InterruptedException, ExecutionException {
    waitFor(applyAsync(function));
  }

  /** Calls a function of one argument and waits: Python's {@code apply(func, (argument,))}. */
  public <T extends @Nullable Object, R extends @Nullable Object> R apply(
      RemoteFunction<T, R> function, T argument) throws InterruptedException, ExecutionException {
    return waitFor(applyAsync(function, argument));
  }

  /** Calls a function of two arguments and waits: Python's {@code apply(func, (first, second))}. */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      R apply(RemoteBiFunction<T, U, R> function, T first, U second)
          throws InterruptedException, ExecutionException {
    return waitFor(applyAsync(function, first, second));
  }

  /** Hands over a call: Python's {@code apply_async(func)}. */
  public <V extends @Nullable Object> AsyncResult<V> applyAsync(RemoteCallable<V> function) {
    return send(calls.call(function), new CallResult<>(receiver));
  }

  /**
   * Hands over a call: Python's {@code apply_async(func, callback=…, error_callback=…)}. Callbacks
   * run one at a time, in the order in which results come, on a thread of their own.
   *
   * @param callback gets the result
   * @param errorCallback gets what {@link ExecutionException} would have as its cause, or a {@link
   *     java.util.concurrent.CancellationException}
   */
  public <V extends @Nullable Object> AsyncResult<V> applyAsync(
      RemoteCallable<V> function,
      @Nullable Consumer<? super V> callback,
      @Nullable Consumer<? super Throwable> errorCallback) {
    return send(calls.call(function), new Calling<>(receiver, callback, errorCallback));
  }

  /** The same without an error callback. */
  public <V extends @Nullable Object> AsyncResult<V> applyAsync(
      RemoteCallable<V> function, Consumer<? super V> callback) {
    return applyAsync(function, callback, null);
  }

  /** Hands over something to run; the result is null. */
  public AsyncResult<@Nullable Void> applyAsync(RemoteRunnable function) {
    return send(calls.call(function), new CallResult<>(receiver));
  }

  /** Hands over a call with one argument: Python's {@code apply_async(func, (argument,))}. */
  public <T extends @Nullable Object, R extends @Nullable Object> AsyncResult<R> applyAsync(
      RemoteFunction<T, R> function, T argument) {
    return send(
        new EncodedCall(calls.function(function), calls.arguments(argument)),
        new CallResult<>(receiver));
  }

  /** Hands over a call with two arguments: Python's {@code apply_async(func, (first, second))}. */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      AsyncResult<R> applyAsync(RemoteBiFunction<T, U, R> function, T first, U second) {
    return send(
        new EncodedCall(calls.function(function), calls.arguments(first, second)),
        new CallResult<>(receiver));
  }

  private <R extends @Nullable Object> AsyncResult<R> send(EncodedCall call, CallResult<R> result) {
    try {
      mustBeOpen();
      result.sentWith(sink.send(call, result));
      return result;
    } catch (NotTakenException | InterruptedException e) {
      throw notSent(e);
    }
  }

  private static RuntimeException notTaken(NotTakenException e) {
    return e instanceof NotTakenException.TooLarge
        ? new IllegalArgumentException(e.getMessage(), e)
        : new IllegalStateException("the pool takes no call: " + e.getMessage(), e);
  }

  private synchronized void mustBeOpen() {
    if (shutdown) {
      throw new IllegalStateException(terminated ? "the pool is terminated" : "the pool is closed");
    }
  }

  /** Waits; an interrupted caller wants no result any more. */
  private static <R extends @Nullable Object> R waitFor(AsyncResult<R> result)
      throws InterruptedException, ExecutionException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      boolean unused = result.cancel(true);
      throw e;
    }
  }

  // Many calls of one function

  /**
   * Calls a function on each input and waits for all: Python's {@code map(func, iterable)}. All
   * calls are waited for even if one fails.
   *
   * @return the results in the order of the inputs; can't be changed
   * @throws ExecutionException with the failure of the first input that failed
   */
  public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs)
      throws InterruptedException, ExecutionException {
    return map(function, inputs, 0);
  }

  /**
   * The same: Python's {@code map(func, iterable, chunksize)}.
   *
   * @param chunkSize see above; 0: automatic
   */
  public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs, int chunkSize)
      throws InterruptedException, ExecutionException {
    return waitFor(all(function, inputs, calls::argument, chunkSize, null, null));
  }

  /** Hands over a call for each input: Python's {@code map_async(func, iterable)}. */
  public <T extends @Nullable Object, R extends @Nullable Object> AsyncResult<List<R>> mapAsync(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs) {
    return mapAsync(function, inputs, 0, null, null);
  }

  /**
   * The same: Python's {@code map_async(func, iterable, chunksize, callback, error_callback)}.
   *
   * @param chunkSize see above; 0: automatic
   * @param callback gets all results at once
   * @param errorCallback gets what {@link ExecutionException} would have as its cause
   */
  public <T extends @Nullable Object, R extends @Nullable Object> AsyncResult<List<R>> mapAsync(
      RemoteFunction<T, R> function,
      Iterable<? extends T> inputs,
      int chunkSize,
      @Nullable Consumer<? super List<R>> callback,
      @Nullable Consumer<? super Throwable> errorCallback) {
    return uninterrupted(
        () -> all(function, inputs, calls::argument, chunkSize, callback, errorCallback));
  }

  /**
   * Calls a function of two arguments on each pair ({@link Map#entry}) and waits: Python's {@code
   * starmap(func, iterable)}.
   */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      List<R> starmap(
          RemoteBiFunction<T, U, R> function,
          Iterable<? extends Map.Entry<? extends T, ? extends U>> pairs)
          throws InterruptedException, ExecutionException {
    return waitFor(all(function, pairs, this::pair, 0, null, null));
  }

  /**
   * Calls a function of three arguments on each row and waits: Python's {@code starmap(func,
   * iterable)}. A function of more arguments takes a list: {@link #map}.
   *
   * @param rows lists of three; their types are checked where the function runs, as in Python
   */
  public <
          T extends @Nullable Object,
          U extends @Nullable Object,
          V extends @Nullable Object,
          R extends @Nullable Object>
      List<R> starmap(RemoteTriFunction<T, U, V, R> function, Iterable<? extends List<?>> rows)
          throws InterruptedException, ExecutionException {
    return waitFor(all(new StarCall<>(function), rows, this::row, 0, null, null));
  }

  /** Hands over a call for each pair: Python's {@code starmap_async(func, iterable)}. */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      AsyncResult<List<R>> starmapAsync(
          RemoteBiFunction<T, U, R> function,
          Iterable<? extends Map.Entry<? extends T, ? extends U>> pairs) {
    return starmapAsync(function, pairs, 0, null, null);
  }

  /**
   * The same: Python's {@code starmap_async(func, iterable, chunksize, callback, error_callback)}.
   *
   * @param chunkSize see above; 0: automatic
   */
  public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      AsyncResult<List<R>> starmapAsync(
          RemoteBiFunction<T, U, R> function,
          Iterable<? extends Map.Entry<? extends T, ? extends U>> pairs,
          int chunkSize,
          @Nullable Consumer<? super List<R>> callback,
          @Nullable Consumer<? super Throwable> errorCallback) {
    return uninterrupted(
        () -> all(function, pairs, this::pair, chunkSize, callback, errorCallback));
  }

  /** Hands over a call for each row of three: Python's {@code starmap_async(func, iterable)}. */
  public <
          T extends @Nullable Object,
          U extends @Nullable Object,
          V extends @Nullable Object,
          R extends @Nullable Object>
      AsyncResult<List<R>> starmapAsync(
          RemoteTriFunction<T, U, V, R> function, Iterable<? extends List<?>> rows) {
    return uninterrupted(() -> all(new StarCall<>(function), rows, this::row, 0, null, null));
  }

  private void pair(Map.Entry<?, ?> pair, OutputStream out) {
    calls.arguments(pair.getKey(), pair.getValue(), out);
  }

  private void row(List<?> row, OutputStream out) {
    calls.argument(StarCall.row(row), out);
  }

  private interface Arguments<I extends @Nullable Object> {
    void write(I input, OutputStream out);
  }

  private <I extends @Nullable Object, R extends @Nullable Object> AsyncResult<List<R>> all(
      Object function,
      Iterable<? extends I> inputs,
      Arguments<I> arguments,
      int chunkSize,
      @Nullable Consumer<? super List<R>> callback,
      @Nullable Consumer<? super Throwable> errorCallback)
      throws InterruptedException {
    if (chunkSize < 0) {
      throw new IllegalArgumentException("a chunk size is at least 1, or 0, not " + chunkSize);
    }
    mustBeOpen();
    byte[] head = calls.function(function);
    List<I> all = new ArrayList<>();
    inputs.forEach(all::add);
    MapResult<R> result = new MapResult<>(receiver, all.size(), callback, errorCallback);
    try {
      CallSink.Feed feed = sink.feed(head, result, chunkSize, result::sentWith);
      for (int position = 0; position < all.size(); position++) {
        I input = all.get(position);
        feed.add(position, out -> arguments.write(input, out));
      }
      feed.flush();
      return result;
    } catch (NotTakenException e) {
      result.giveUp();
      throw notTaken(e);
    } catch (InterruptedException | RuntimeException | Error e) {
      result.giveUp(); // what went already is not wanted without the rest
      throw e;
    }
  }

  private interface HandingOver<V> {
    V run() throws InterruptedException;
  }

  private static <V> V uninterrupted(HandingOver<V> work) {
    try {
      return work.run();
    } catch (InterruptedException e) {
      throw notSent(e);
    }
  }

  /**
   * Calls a function on each input, reading inputs as results are taken: Python's {@code imap(func,
   * iterable)}. The source may be endless; it is read on the calling thread, now and as results are
   * taken.
   *
   * @return results in the order of the inputs
   */
  public <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> imap(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs) {
    return imap(function, inputs, 0);
  }

  /**
   * The same: Python's {@code imap(func, iterable, chunksize)}.
   *
   * @param chunkSize see above; 0: automatic
   */
  public <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> imap(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs, int chunkSize) {
    return lazy(function, inputs.iterator(), chunkSize, true);
  }

  /**
   * The same with results in the order in which they come: Python's {@code imap_unordered(func,
   * iterable)}.
   */
  public <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> imapUnordered(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs) {
    return imapUnordered(function, inputs, 0);
  }

  /**
   * The same: Python's {@code imap_unordered(func, iterable, chunksize)}.
   *
   * @param chunkSize see above; 0: automatic
   */
  public <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> imapUnordered(
      RemoteFunction<T, R> function, Iterable<? extends T> inputs, int chunkSize) {
    return lazy(function, inputs.iterator(), chunkSize, false);
  }

  private <T extends @Nullable Object, R extends @Nullable Object> ResultIterator<R> lazy(
      RemoteFunction<T, R> function, Iterator<? extends T> source, int chunkSize, boolean inOrder) {
    if (chunkSize < 0) {
      throw new IllegalArgumentException("a chunk size is at least 1, or 0, not " + chunkSize);
    }
    byte[] head = calls.function(function);
    synchronized (this) {
      mustBeOpen();
      feeding++;
    }
    LazyCalls<T, R> results = null;
    try {
      results =
          new LazyCalls<>(
              sink,
              receiver,
              calls,
              head,
              source,
              chunkSize,
              inOrder,
              true,
              IMAP_WINDOW,
              null,
              this::sourceRead);
      results.fill();
      return results;
    } catch (InterruptedException | RuntimeException e) {
      if (results != null) {
        results.close();
      } else {
        sourceRead();
      }
      throw notSent(e);
    }
  }

  private static RuntimeException notSent(Exception e) {
    if (e instanceof NotTakenException notTaken) {
      return notTaken(notTaken);
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("interrupted while the pool had too much to do", e);
    }
    return (RuntimeException) e;
  }

  private void sourceRead() {
    synchronized (this) {
      feeding--;
      if (!shutdown || feeding > 0) {
        return;
      }
    }
    sink.close();
  }

  // Its end

  /**
   * Takes no more calls; what was taken is done: Python's {@code close()}, which does not wait.
   * Iterators that have not read all of their source go on with it.
   */
  public void shutdown() {
    synchronized (this) {
      shutdown = true;
      if (feeding > 0) {
        return;
      }
    }
    sink.close();
  }

  /**
   * Takes no more calls, and waits until those that were taken are answered and their callbacks
   * have run. When this thread is interrupted meanwhile, the pool is terminated. What an iterator
   * has not read of its source yet is not waited for.
   */
  @Override
  public void close() {
    shutdown();
    try {
      awaitAll(FOREVER);
    } catch (InterruptedException e) {
      terminate();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until all is answered and callbacks have run: Python's {@code join()}.
   *
   * @throws IllegalStateException when the pool is neither closed nor terminated
   */
  public void join() throws InterruptedException {
    boolean unused = join(Duration.ofNanos(FOREVER));
  }

  /**
   * The same, but no longer than this.
   *
   * @return whether all is answered
   */
  public boolean join(Duration timeout) throws InterruptedException {
    synchronized (this) {
      if (!shutdown) {
        throw new IllegalStateException("the pool is still open: close it before");
      }
    }
    return awaitAll(timeout.toNanos());
  }

  private boolean awaitAll(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    return sink.awaitAnswered(nanos) && receiver.callbacks.await(deadline - System.nanoTime());
  }

  /**
   * Ends it at once: no more calls are taken, what waits is not run, what runs is stopped with its
   * process, and what is unanswered throws {@link java.util.concurrent.CancellationException}.
   * Python's {@code terminate()}.
   */
  public void terminate() {
    synchronized (this) {
      shutdown = true;
      terminated = true;
    }
    sink.cancel();
  }

  /** A call with callbacks. */
  private static final class Calling<V extends @Nullable Object> extends CallResult<V> {
    private final Completion<V> completion;

    Calling(
        Receiver receiver,
        @Nullable Consumer<? super V> callback,
        @Nullable Consumer<? super Throwable> errorCallback) {
      super(receiver);
      completion = new Completion<>(receiver.callbacks, callback, errorCallback);
    }

    @Override
    void ended() {
      completion.of(this);
    }
  }
}
