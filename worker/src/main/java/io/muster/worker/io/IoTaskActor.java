package io.muster.worker.io;

import io.muster.harness.IoLog;
import io.muster.harness.IoProgram;
import io.muster.harness.IoProgram.Ready;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.process.FromProcess.Printed;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One I/O task, from the reading of its input to its end. The user's code runs on other threads;
 * this waits for it, for the job's time-out, and for somebody who does not want it any more.
 */
final class IoTaskActor extends AbstractBehavior<IoTaskActor.Command> {
  /** What it is told. */
  sealed interface Command {}

  /** Its key lets it begin. */
  enum Begin implements Command {
    BEGIN
  }

  /** It is not wanted: it ends now, with this failure. */
  record Cancel(Failure failure) implements Command {}

  /** The input is read, and has a key. */
  private record HasKey(Ready ready, String key) implements Command {}

  /** The user's code runs from now on. */
  private enum Runs implements Command {
    RUNS
  }

  /** It has begun, and ends with this. */
  private record Waits(CompletionStage<?> stage) implements Command {}

  private record Ended(Ending ending) implements Command {}

  private enum TimeOver implements Command {
    TIME_OVER
  }

  private final IoJobActor.Running job;
  private final IoProgram.Chunk chunk;
  private final long index;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Command> self;
  private final RunningIoTask context;
  private @Nullable Ready ready;
  private @Nullable CompletionStage<?> stage;
  private @Nullable Future<?> thread;

  private IoTaskActor(
      ActorContext<Command> actor,
      TimerScheduler<Command> timers,
      IoJobActor.Running job,
      IoProgram.Chunk chunk,
      long index,
      int tryNumber) {
    super(actor);
    this.job = job;
    this.chunk = chunk;
    this.index = index;
    this.timers = timers;
    self = actor.getSelf();
    context =
        new RunningIoTask(
            job.args(),
            job.id().value(),
            index,
            tryNumber,
            new IoLog(index, tryNumber, job.logLimit(), this::print));
    thread = job.threads().submit(this::read);
  }

  static Behavior<Command> create(
      IoJobActor.Running job, IoProgram.Chunk chunk, long index, int tryNumber) {
    return Behaviors.setup(
        actor ->
            Behaviors.withTimers(
                timers -> new IoTaskActor(actor, timers, job, chunk, index, tryNumber)));
  }

  private void print(Printed piece) {
    job.print(piece);
  }

  // On a thread for users' code

  private void read() {
    try {
      UserCode.run(job.program(), context, () -> begin(chunk.ready(index)));
    } catch (Throwable e) {
      tell(new Ended(failed(e)));
    }
  }

  private @Nullable Object begin(Ready input) throws Exception {
    String key = input.key();
    if (key == null) {
      run(input);
    } else {
      tell(new HasKey(input, key));
    }
    return null;
  }

  private void runReady(Ready input) {
    try {
      UserCode.run(
          job.program(),
          context,
          () -> {
            run(input);
            return null;
          });
    } catch (Throwable e) {
      tell(new Ended(failed(e)));
    }
  }

  private void run(Ready input) throws Exception {
    if (job.timeout() != null) {
      tell(Runs.RUNS);
    }
    Object result;
    UserCode.Watched watched = input.mayBlock() ? null : job.watch().begins(context);
    try {
      result = input.run(context);
    } finally {
      if (watched != null) {
        watched.ends();
      }
    }
    if (result instanceof CompletionStage<?> begun) {
      tell(new Waits(begun));
      begun.whenComplete(this::completed);
    } else {
      tell(new Ended(succeeded(result)));
    }
  }

  private void completed(@Nullable Object value, @Nullable Throwable failure) {
    try {
      tell(new Ended(failure == null ? succeeded(value) : failed(failure)));
    } catch (Exception e) {
      tell(new Ended(failed(e)));
    }
  }

  private Ending succeeded(@Nullable Object value) throws Exception {
    return new Ending.Succeeded(job.program().encode(value, job.encoding()));
  }

  private Ending failed(Throwable thrown) {
    return new Ending.Failed(job.program().failure(thrown));
  }

  private void tell(Command command) {
    self.tell(command);
  }

  // On the actor's

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ended.class, ended -> end(ended.ending()))
        .onMessage(Waits.class, this::waits)
        .onMessage(Runs.class, runs -> runs())
        .onMessage(HasKey.class, this::hasKey)
        .onMessage(Begin.class, begin -> begins())
        .onMessage(Cancel.class, cancel -> cancelled(cancel.failure()))
        .onMessage(TimeOver.class, over -> timeOver())
        .build();
  }

  private Behavior<Command> waits(Waits waits) {
    stage = waits.stage();
    return this;
  }

  private Behavior<Command> runs() {
    Duration timeout = job.timeout();
    if (timeout != null) {
      timers.startSingleTimer(TimeOver.TIME_OVER, timeout);
    }
    return this;
  }

  private Behavior<Command> hasKey(HasKey has) {
    ready = has.ready();
    job.actor().tell(new IoJobActor.AskKey(has.key(), index, self));
    return this;
  }

  private Behavior<Command> begins() {
    Ready input = ready;
    if (input != null) {
      thread = job.threads().submit(() -> runReady(input));
    }
    return this;
  }

  private Behavior<Command> timeOver() {
    Duration timeout = job.timeout();
    String seconds = timeout == null ? "nothing" : timeout.toMillis() / 1000.0 + " s";
    return cancelled(
        Failure.of(FailureKind.TIMEOUT, "ran longer than the job's time-out of " + seconds));
  }

  private Behavior<Command> cancelled(Failure failure) {
    if (stage instanceof CompletableFuture<?> future) {
      future.cancel(true);
    }
    if (thread != null) {
      thread.cancel(true);
    }
    return end(new Ending.Failed(failure));
  }

  private Behavior<Command> end(Ending ending) {
    context.end();
    job.actor().tell(new IoJobActor.TaskEnded(index, self, ending));
    return Behaviors.stopped();
  }
}
