package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteRunnable;
import io.muster.calls.EncodedCall;
import io.muster.client.session.CallSink;
import io.muster.client.session.NotTakenException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An {@link ExecutorService} whose tasks run in other processes, here or on many machines; Python's
 * {@code concurrent.futures.ProcessPoolExecutor}. Any thread may use it.
 *
 * <p>Lambdas written against {@link #submit(RemoteCallable)}, {@link #submit(RemoteRunnable)} and
 * {@link #execute(RemoteRunnable)} serialize by themselves, which is what a lambda does whenever
 * this class is the static type. Where it is an {@code ExecutorService}, tasks have to be {@code
 * Serializable}; anything else is refused at once with a {@link RejectedExecutionException} that
 * names the class, what it holds, and how to cure it.
 *
 * <p>Futures here behave as the JDK's do. {@link Future#cancel cancel(true)} ends the process of a
 * task that runs, so nothing in the task can hold it up. Submitting waits while 32 MiB of inputs
 * are unanswered; a thread interrupted then is told by a {@code RejectedExecutionException}, and
 * stays interrupted.
 */
public final class MusterExecutor implements ExecutorService, AutoCloseable {
  private static final String COMPLETABLE =
      "%s holds a local future, which can't cross to another process:"
          + " use muster.supplyAsync(...) instead of CompletableFuture.supplyAsync(..., executor)";
  private static final String FUTURE =
      "%s holds a local future, which can't cross to another process:"
          + " use muster.completionService() instead of new ExecutorCompletionService(executor),"
          + " and submit the task itself instead of a FutureTask";
  private static final String PLAIN =
      "%s: write the lambda against MusterExecutor.submit(RemoteCallable) or execute(RemoteRunnable),"
          + " or let its class implement java.io.Serializable";

  private final CallSink sink;
  private final Receiver receiver;
  private final Calls calls;

  /** What was not answered yet, to tell what {@link #shutdownNow} stopped. */
  private final Set<Submitted<?>> unanswered = ConcurrentHashMap.newKeySet();

  private final CountDownLatch shutdownBegun = new CountDownLatch(1);

  MusterExecutor(CallSink sink, Receiver receiver, Calls calls) {
    this.sink = sink;
    this.receiver = receiver;
    this.calls = calls;
  }

  // Tasks

  /** Calls a function in another process; a lambda serializes by itself, with what it captures. */
  public <T extends @Nullable Object> AsyncResult<T> submit(RemoteCallable<T> task) {
    return send(task, new Submitted<>(this, task));
  }

  /** Runs something in another process; a lambda serializes by itself, with what it captures. */
  public AsyncResult<?> submit(RemoteRunnable task) {
    return send(task, new Submitted<@Nullable Object>(this, task));
  }

  /** The same; the result is the given one when it has run. */
  public <T extends @Nullable Object> AsyncResult<T> submit(RemoteRunnable task, T result) {
    return send(task, new Yielding<>(this, task, result));
  }

  /**
   * Runs something in another process. What it throws is told to this thread's uncaught exception
   * handler's default, {@link Thread#getDefaultUncaughtExceptionHandler}, or else printed to
   * standard error.
   */
  public void execute(RemoteRunnable task) {
    send(task, new Executed(this, task));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}, or after shutdown
   */
  @Override
  public <T extends @Nullable Object> AsyncResult<T> submit(Callable<T> task) {
    return send(task, new Submitted<>(this, task));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}, or after shutdown
   */
  @Override
  public AsyncResult<?> submit(Runnable task) {
    return send(task, new Submitted<@Nullable Object>(this, task));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}, or after shutdown
   */
  @Override
  public <T extends @Nullable Object> AsyncResult<T> submit(Runnable task, T result) {
    return send(task, new Yielding<>(this, task, result));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException when it is not {@code Serializable}, or after shutdown
   */
  @Override
  public void execute(Runnable task) {
    send(task, new Executed(this, task));
  }

  private <T extends @Nullable Object> Submitted<T> send(Object task, Submitted<T> result) {
    return send(encoded(task), result);
  }

  /**
   * Hands over a task.
   *
   * @param told gets its result when it has ended, on a thread that must not be held up
   */
  <T extends @Nullable Object> AsyncResult<T> submitTold(
      Object task, MusterCompletionService.Ended<T> told) {
    return send(task, new Told<>(this, task, told));
  }

  private EncodedCall encoded(Object task) {
    Objects.requireNonNull(task, "the task is null");
    mustBeOpen();
    if (task instanceof CompletableFuture.AsynchronousCompletionTask) {
      throw new RejectedExecutionException(COMPLETABLE.formatted(task.getClass().getName()));
    }
    if (task instanceof FutureTask) {
      throw new RejectedExecutionException(FUTURE.formatted(task.getClass().getName()));
    }
    try {
      return calls.call(task);
    } catch (NotSerializableTaskException e) {
      throw new RejectedExecutionException(PLAIN.formatted(e.getMessage()), e);
    }
  }

  private void mustBeOpen() {
    if (isShutdown()) {
      throw new RejectedExecutionException("the executor is shut down");
    }
  }

  private <T extends @Nullable Object> Submitted<T> send(EncodedCall call, Submitted<T> result) {
    unanswered.add(result);
    try {
      result.sentWith(sink.send(call, result));
      return result;
    } catch (NotTakenException e) {
      unanswered.remove(result);
      throw new RejectedExecutionException("the executor takes no task: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      unanswered.remove(result);
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("interrupted while the executor had too much to do", e);
    } catch (RuntimeException | Error e) {
      unanswered.remove(result);
      throw e;
    }
  }

  // Many tasks

  /** {@inheritDoc} Either all tasks are taken, or, when one can't be sent, none. */
  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    List<Submitted<T>> results = sendAll(tasks);
    try {
      for (Submitted<T> result : results) {
        awaitEnd(result);
      }
      return new ArrayList<>(results);
    } catch (InterruptedException e) {
      cancelAll(results);
      throw e;
    }
  }

  /** {@inheritDoc} Either all tasks are taken, or, when one can't be sent, none. */
  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    long deadline = System.nanoTime() + unit.toNanos(timeout);
    List<Submitted<T>> results = sendAll(tasks);
    try {
      for (Submitted<T> result : results) {
        long left = Math.max(0, deadline - System.nanoTime());
        if (!result.await(java.time.Duration.ofNanos(left))) {
          cancelAll(results);
          break;
        }
      }
      return new ArrayList<>(results);
    } catch (InterruptedException e) {
      cancelAll(results);
      throw e;
    }
  }

  private static void awaitEnd(AsyncResult<?> result) throws InterruptedException {
    try {
      Object unused = result.get();
    } catch (ExecutionException | CancellationException e) {
      // it has ended: how, its future tells
    }
  }

  private <T extends @Nullable Object> List<Submitted<T>> sendAll(
      Collection<? extends Callable<T>> tasks) {
    List<Submitted<T>> results = new ArrayList<>(tasks.size());
    List<EncodedCall> encoded = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      encoded.add(encoded(task));
      results.add(new Submitted<>(this, task));
    }
    sendAll(encoded, results);
    return results;
  }

  private <T extends @Nullable Object> void sendAll(
      List<EncodedCall> encoded, List<Submitted<T>> results) {
    try {
      for (int i = 0; i < encoded.size(); i++) {
        Submitted<T> unused = send(encoded.get(i), results.get(i));
      }
    } catch (RuntimeException | Error e) {
      cancelAll(results);
      throw e;
    }
  }

  private static void cancelAll(List<? extends Future<?>> results) {
    results.forEach(result -> result.cancel(true));
  }

  /** {@inheritDoc} */
  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try {
      return any(tasks, Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new IllegalStateException("292 years are over", e);
    }
  }

  /** {@inheritDoc} */
  @Override
  public <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return any(tasks, unit.toNanos(timeout));
  }

  private <T extends @Nullable Object> T any(Collection<? extends Callable<T>> tasks, long nanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("there are no tasks");
    }
    long deadline = System.nanoTime() + nanos;
    BlockingQueue<AsyncResult<T>> ended = new LinkedBlockingQueue<>();
    List<Submitted<T>> results = new ArrayList<>(tasks.size());
    List<EncodedCall> encoded = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      encoded.add(encoded(task));
      results.add(new Told<>(this, task, ended::add));
    }
    try {
      sendAll(encoded, results);
      return firstSuccess(ended, results.size(), deadline);
    } finally {
      cancelAll(results);
    }
  }

  private static <T extends @Nullable Object> T firstSuccess(
      BlockingQueue<AsyncResult<T>> ended, int count, long deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutionException last = null;
    for (int i = 0; i < count; i++) {
      AsyncResult<T> result = ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (result == null) {
        throw new TimeoutException("no task succeeded in time");
      }
      try {
        return result.get();
      } catch (ExecutionException e) {
        last = e;
      } catch (CancellationException e) {
        last = new ExecutionException(e);
      }
    }
    throw Objects.requireNonNull(last);
  }

  // Its end

  /** {@inheritDoc} */
  @Override
  public void shutdown() {
    shutdownBegun.countDown();
    sink.close();
  }

  /**
   * Stops all: what waits is not run, what runs is stopped with its process. Futures of all that
   * was unanswered are cancelled, so that nobody waits for them in vain.
   *
   * @return what was unanswered; some of it may have begun, which only its worker knew. Run here,
   *     it runs in this process
   */
  @Override
  public List<Runnable> shutdownNow() {
    shutdownBegun.countDown();
    List<Runnable> stopped = new ArrayList<>();
    for (Submitted<?> result : unanswered) {
      Runnable task = result.localTask();
      if (task != null) {
        stopped.add(task);
      }
    }
    sink.cancel();
    return stopped;
  }

  @Override
  public boolean isShutdown() {
    return shutdownBegun.getCount() == 0;
  }

  /** {@inheritDoc} */
  @Override
  public boolean isTerminated() {
    return isShutdown() && !sink.hasUnanswered();
  }

  /** {@inheritDoc} */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long deadline = System.nanoTime() + unit.toNanos(timeout);
    if (!shutdownBegun.await(timeout, unit)) {
      return false;
    }
    return sink.awaitAnswered(deadline - System.nanoTime());
  }

  /**
   * Takes no more tasks and waits until all that were taken have ended, as {@code
   * ExecutorService.close()} does since Java 19. When this thread is interrupted meanwhile, all is
   * stopped.
   */
  @Override
  public void close() {
    shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        if (!interrupted) {
          List<Runnable> unused = shutdownNow();
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // Kinds of results

  /** What will come of one task. */
  static class Submitted<T extends @Nullable Object> extends CallResult<T> {
    private final MusterExecutor executor;
    private volatile @Nullable Object task;

    Submitted(MusterExecutor executor, Object task) {
      super(executor.receiver);
      this.executor = executor;
      this.task = task;
    }

    @Override
    void ended() {
      executor.unanswered.remove(this);
      task = null;
    }

    final @Nullable Runnable localTask() {
      Object mine = task;
      if (mine == null || mine instanceof Runnable) {
        return (Runnable) mine;
      }
      return new FutureTask<>((Callable<?>) mine);
    }
  }

  /** One whose result was given beforehand. */
  private static final class Yielding<T extends @Nullable Object> extends Submitted<T> {
    private final T result;

    Yielding(MusterExecutor executor, Object task, T result) {
      super(executor, task);
      this.result = result;
    }

    @Override
    @Nullable Object made(@Nullable Object value) {
      return result;
    }
  }

  /** One that says when it has ended. */
  private static final class Told<T extends @Nullable Object> extends Submitted<T> {
    private final MusterCompletionService.Ended<T> told;

    Told(MusterExecutor executor, Object task, MusterCompletionService.Ended<T> told) {
      super(executor, task);
      this.told = told;
    }

    @Override
    void ended() {
      super.ended();
      told.ended(this);
    }
  }

  /** One that nobody has a future of. */
  private static final class Executed extends Submitted<@Nullable Object> {
    Executed(MusterExecutor executor, Object task) {
      super(executor, task);
    }

    @Override
    void ended() {
      super.ended();
      Throwable failure = failure();
      if (failure != null) {
        receiver().callbacks.run(() -> tell(failure));
      }
    }

    private static void tell(Throwable failure) {
      Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
      if (handler != null) {
        handler.uncaughtException(Thread.currentThread(), failure);
      } else {
        System.err.print("Exception in a task of a MusterExecutor: ");
        failure.printStackTrace();
      }
    }
  }
}
