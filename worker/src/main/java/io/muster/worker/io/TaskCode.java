package io.muster.worker.io;

import io.muster.harness.IoInputs;
import io.muster.harness.ReadyTask;
import io.muster.protocol.Encoding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The user's code of one task, from the reading of its input to the writing of its result, on
 * threads that are made for it or the user's own. What happens is told to the task's actor.
 */
final class TaskCode {
  private final IoJob job;
  private final IoInputs inputs;
  private final RunningIoTask context;
  private final ActorRef<IoTaskActor.Command> actor;
  private @Nullable ReadyTask ready;
  private volatile @Nullable CompletionStage<?> stage;
  private volatile boolean cancelled;

  TaskCode(
      IoJob job, IoInputs inputs, long index, int tryNumber, ActorRef<IoTaskActor.Command> actor) {
    this.job = job;
    this.inputs = inputs;
    this.context = new RunningIoTask(job, index, tryNumber, job.log(index, tryNumber));
    this.actor = actor;
  }

  /** Reads the input, and goes on to run unless the task has a key. */
  void begin() {
    guarded(
        () -> {
          ReadyTask read = inputs.ready(context.index());
          ready = read;
          String key = read.key();
          if (key == null) {
            start(read);
          } else {
            actor.tell(new IoTaskActor.HasKey(key));
          }
        });
  }

  /** Runs what {@link #begin} has read. */
  void run() {
    ReadyTask read = ready;
    if (read != null) {
      guarded(() -> start(read));
    }
  }

  /**
   * Nobody wants it any more; what it ends with is not told.
   *
   * @return whether {@link #cancel} is left to do, which may run the user's code
   */
  boolean isToBeCancelled() {
    cancelled = true;
    return stage instanceof CompletableFuture || context.prints().isToEnd();
  }

  /** Cancels the stage, and says what is kept of its log. */
  void cancel() {
    guarded(this::cancelStage);
    context.prints().end();
  }

  private interface Code {
    void run() throws Exception;
  }

  /** Runs it as this task's: it sees the program's classes, and what it prints is the task's. */
  private void guarded(Code code) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(job.program().loader());
    job.in().prints().begin(context.prints());
    try {
      code.run();
    } catch (Throwable e) {
      failed(e);
    } finally {
      job.in().prints().end();
      thread.setContextClassLoader(before);
    }
  }

  private void start(ReadyTask read) throws Exception {
    if (job.timeout() != null) {
      actor.tell(IoTaskActor.Runs.RUNS);
    }
    Object result = job.program().mayBlock() ? read.run(context) : watched(read);
    if (result instanceof CompletionStage<?> begun) {
      stage = begun;
      if (cancelled) {
        cancelStage();
      }
      begun.whenComplete(this::completed);
    } else {
      succeeded(result);
    }
  }

  private @Nullable Object watched(ReadyTask read) throws Exception {
    job.in()
        .watch()
        .begins(this, line -> job.in().threads().start(() -> context.prints().err().println(line)));
    try {
      return read.run(context);
    } finally {
      job.in().watch().ends(this);
    }
  }

  private void cancelStage() {
    if (stage instanceof CompletableFuture<?> future) {
      future.cancel(true);
    }
  }

  private void completed(@Nullable Object value, @Nullable Throwable failure) {
    try {
      if (failure == null) {
        succeeded(value);
      } else {
        failed(failure);
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void succeeded(@Nullable Object value) throws Exception {
    Encoding encoding = inputs.resultsAre();
    ended(
        job.program().flattens()
            ? new Ending.Gave(job.program().encodeAll(value, encoding))
            : new Ending.Succeeded(job.program().encode(value, encoding)));
  }

  private void failed(Throwable thrown) {
    try {
      ended(new Ending.Failed(job.program().failure(thrown)));
    } catch (OutOfMemoryError e) {
      job.in().outOfMemory().run();
    }
  }

  private void ended(Ending ending) {
    context.prints().end();
    actor.tell(new IoTaskActor.Ended(ending));
  }
}
