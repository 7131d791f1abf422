package io.muster.worker.io;

import io.muster.harness.IoInputs;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import java.time.Duration;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * One I/O task, from its arrival to its end. It waits for the user's code, which runs elsewhere,
 * for the job's time-out, told from when the code began, and for somebody who does not want it any
 * more. Whichever comes first is how it ended.
 */
final class IoTaskActor extends AbstractBehavior<IoTaskActor.Command> {
  /** What it is told. */
  sealed interface Command {}

  /** Its input is read; it leans on this. */
  record HasKey(String key) implements Command {}

  /** Its key lets it begin. */
  enum Begin implements Command {
    BEGIN
  }

  /** The user's code runs from now on; said only in a job with a time-out. */
  enum Runs implements Command {
    RUNS
  }

  /** The user's code has ended. */
  record Ended(Ending ending) implements Command {}

  /** It is to end now, with this. */
  record Cancel(Failure failure) implements Command {}

  private enum TimeOver implements Command {
    TIME_OVER
  }

  private final IoJob job;
  private final ActorRef<IoJobActor.Command> owner;
  private final long index;
  private final ActorRef<Command> self;
  private final TaskCode code;
  private TaskThreads.Work work;
  private @Nullable Cancellable timer;

  private IoTaskActor(
      ActorContext<Command> actor,
      IoJob job,
      ActorRef<IoJobActor.Command> owner,
      IoInputs inputs,
      long index,
      int tryNumber) {
    super(actor);
    this.job = job;
    this.owner = owner;
    this.index = index;
    self = actor.getSelf();
    code = new TaskCode(job, inputs, index, tryNumber, self);
    work = job.run(code::begin);
  }

  static Behavior<Command> create(
      IoJob job, ActorRef<IoJobActor.Command> owner, IoInputs inputs, long index, int tryNumber) {
    return Behaviors.setup(actor -> new IoTaskActor(actor, job, owner, inputs, index, tryNumber));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ended.class, ended -> end(ended.ending()))
        .onMessage(Runs.class, runs -> runs())
        .onMessage(HasKey.class, this::hasKey)
        .onMessage(Begin.class, begin -> begin())
        .onMessage(Cancel.class, cancel -> cancel(cancel.failure()))
        .onMessage(TimeOver.class, over -> timeOver())
        .build();
  }

  private Behavior<Command> hasKey(HasKey has) {
    owner.tell(new IoJobActor.AskKey(has.key(), index, self));
    return this;
  }

  private Behavior<Command> begin() {
    work = job.run(code::run);
    return this;
  }

  private Behavior<Command> runs() {
    Duration timeout = job.timeout();
    if (timeout != null) {
      timer = getContext().scheduleOnce(timeout, self, TimeOver.TIME_OVER);
    }
    return this;
  }

  private Behavior<Command> timeOver() {
    Duration timeout = job.timeout();
    String seconds = timeout == null ? "nothing" : timeout.toMillis() / 1000.0 + " s";
    return cancel(Failure.of(FailureKind.TIMEOUT, "ran longer than its time-out of " + seconds));
  }

  private Behavior<Command> cancel(Failure failure) {
    work.cancel();
    if (code.isToBeCancelled()) {
      job.in().threads().start(code::cancel);
    }
    return end(new Ending.Failed(failure));
  }

  private Behavior<Command> end(Ending ending) {
    if (timer != null) {
      timer.cancel();
    }
    owner.tell(new IoJobActor.TaskEnded(index, self, ending));
    return Behaviors.stopped();
  }
}
