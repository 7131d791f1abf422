package io.muster.worker.io;

import io.muster.harness.IoInputs;
import io.muster.harness.IoProgram;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Outcomes;
import io.muster.protocol.process.FromProcess.Begun;
import io.muster.protocol.process.FromProcess.Divided;
import io.muster.protocol.process.FromProcess.OfJob;
import io.muster.protocol.process.FromProcess.Reported;
import io.muster.protocol.process.ToProcess.RunChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One job in an I/O process: makes an actor for each of its tasks, lets those begin that their keys
 * let begin, and reports how they ended.
 */
final class IoJobActor extends AbstractBehavior<IoJobActor.Command> {
  /** What it is told. */
  sealed interface Command {}

  record Run(RunChunk chunk) implements Command {}

  /** The attempt's tasks are not wanted. */
  record Drop(AttemptId attempt) implements Command {}

  /** One task is not wanted. */
  record Stop(long index, boolean onlyWaiting) implements Command {}

  /** A task asks whether its key lets it begin. */
  record AskKey(String key, long index, ActorRef<IoTaskActor.Command> task) implements Command {}

  record TaskEnded(long index, ActorRef<IoTaskActor.Command> task, Ending ending)
      implements Command {}

  /** The job is over. */
  enum End implements Command {
    END
  }

  private enum Flush implements Command {
    FLUSH
  }

  private static final Duration GATHER = Duration.ofMillis(10);
  private static final int SMALL_MESSAGE = 100;

  /** A task from its arrival to its end. */
  private static final class Task {
    final ActorRef<IoTaskActor.Command> actor;

    /** By which it asked to begin, if it has a key. */
    @Nullable AskKey asked;

    boolean waits;

    Task(ActorRef<IoTaskActor.Command> actor) {
      this.actor = actor;
    }
  }

  private final IoJob job;
  private final TimerScheduler<Command> timers;
  private final Keys<AskKey> keys;
  private final Causes causes;
  private final TreeMap<Long, ChunkBook> books = new TreeMap<>();
  private final Map<Long, Task> tasks = new HashMap<>();
  private final Set<ChunkBook> news = new LinkedHashSet<>();
  private boolean flushDue;

  private IoJobActor(ActorContext<Command> actor, TimerScheduler<Command> timers, IoJob job) {
    super(actor);
    this.job = job;
    this.timers = timers;
    this.keys = new Keys<>(job.spec().policy().keys());
    this.causes = new Causes(job.program().tellsExceptions());
  }

  static Behavior<Command> create(IoJob job) {
    return Behaviors.setup(
        actor -> Behaviors.withTimers(timers -> new IoJobActor(actor, timers, job)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(TaskEnded.class, this::taskEnded)
        .onMessage(AskKey.class, this::askKey)
        .onMessage(Flush.class, flush -> flush())
        .onMessage(Run.class, this::run)
        .onMessage(Drop.class, this::drop)
        .onMessage(Stop.class, this::stop)
        .onMessage(End.class, end -> end())
        .build();
  }

  private Behavior<Command> run(Run run) {
    RunChunk chunk = run.chunk();
    IoInputs inputs = job.program().inputs(chunk.interval(), chunk.inputs());
    ChunkBook book =
        new ChunkBook(
            chunk.attempt(),
            chunk.interval(),
            inputs.resultsAre(),
            chunk.tries(),
            System.nanoTime());
    books.put(book.first(), book);
    ActorRef<Command> self = getContext().getSelf();
    for (long index = book.first(); index < book.until(); index++) {
      Behavior<IoTaskActor.Command> task =
          IoTaskActor.create(job, self, inputs, index, book.tryOf(index));
      tasks.put(index, new Task(getContext().spawnAnonymous(task)));
    }
    if (job.spec().policy().hasRate()) {
      job.say(new OfJob(job.id(), new Begun(chunk.attempt())), SMALL_MESSAGE);
    }
    return this;
  }

  private @Nullable Task task(long index, ActorRef<IoTaskActor.Command> actor) {
    Task task = tasks.get(index);
    return task != null && task.actor.equals(actor) ? task : null; // another one was dropped
  }

  private Behavior<Command> askKey(AskKey ask) {
    Task task = task(ask.index(), ask.task());
    if (task == null) {
      return this;
    }
    Keys.Answer answer = keys.ask(ask.key(), ask, System.nanoTime());
    task.waits = answer instanceof Keys.Answer.Wait;
    task.asked = answer instanceof Keys.Answer.Fail ? null : ask;
    if (answer instanceof Keys.Answer.Go) {
      task.actor.tell(IoTaskActor.Begin.BEGIN);
    } else if (answer instanceof Keys.Answer.Fail fail) {
      task.actor.tell(new IoTaskActor.Cancel(fail.failure()));
    }
    return this;
  }

  private Behavior<Command> taskEnded(TaskEnded ended) {
    Task task = task(ended.index(), ended.task());
    if (task == null) {
      return this;
    }
    tasks.remove(ended.index());
    freeKey(task, ended.ending());
    Map.Entry<Long, ChunkBook> book = books.floorEntry(ended.index());
    if (book == null || ended.index() >= book.getValue().until()) {
      throw new IllegalStateException("task " + ended.index() + " ended and is in no chunk");
    }
    book.getValue().ended(ended.index(), ended.ending(), System.nanoTime());
    news.add(book.getValue());
    flushSoon();
    return this;
  }

  private void freeKey(Task task, Ending ending) {
    AskKey asked = task.asked;
    if (asked == null) {
      return;
    }
    if (task.waits) {
      keys.forget(asked.key(), asked);
    } else {
      keys.ended(asked.key(), asked, ending.failure(), System.nanoTime()).forEach(this::askKey);
    }
  }

  // Reports

  private void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      timers.startSingleTimer(Flush.FLUSH, GATHER);
    }
  }

  private Behavior<Command> flush() {
    flushDue = false;
    if (job.in().outbox().isFull()) {
      flushSoon(); // an actor's thread is not to wait
      return this;
    }
    List<ChunkBook> some = new ArrayList<>(news);
    news.clear();
    some.forEach(this::report);
    if (!news.isEmpty()) {
      flushSoon();
    }
    return this;
  }

  private void report(ChunkBook book) {
    long now = System.nanoTime();
    for (ChunkBook each = book; each != null; ) {
      each.report(causes, this::say);
      ChunkBook rest = each.divide(now);
      if (rest != null) {
        books.put(rest.first(), rest);
        job.say(
            new OfJob(job.id(), new Divided(each.attempt(), rest.first(), rest.attempt())),
            SMALL_MESSAGE);
      }
      if (each.isOver()) {
        books.remove(each.first());
      } else if (each.hasNews()) {
        news.add(each);
      }
      each = rest;
    }
  }

  private void say(Outcomes outcomes) {
    int failures = outcomes.failures().stream().mapToInt(IoProgram::weight).sum();
    job.say(new Reported(outcomes), SMALL_MESSAGE + outcomes.values().bytes().length + failures);
  }

  // What is not wanted

  private Behavior<Command> drop(Drop drop) {
    for (ChunkBook book : List.copyOf(books.values())) {
      if (book.attempt().equals(drop.attempt())) {
        drop(book);
      }
    }
    return this;
  }

  private void drop(ChunkBook book) {
    books.remove(book.first());
    news.remove(book);
    List<Task> dropped = new ArrayList<>();
    for (long index = book.first(); index < book.until(); index++) {
      Task task = tasks.remove(index);
      if (task != null) {
        task.actor.tell(new IoTaskActor.Cancel(notWanted()));
        dropped.add(task);
      }
    }
    // Those that wait go first, or others of them would begin in the place of those that run.
    dropped.stream().filter(task -> task.waits).forEach(this::freeKey);
    dropped.stream().filter(task -> !task.waits).forEach(this::freeKey);
  }

  private void freeKey(Task task) {
    freeKey(task, new Ending.Failed(notWanted()));
  }

  private Behavior<Command> stop(Stop stop) {
    Task task = tasks.get(stop.index());
    if (task != null && (!stop.onlyWaiting() || task.waits)) {
      task.actor.tell(new IoTaskActor.Cancel(notWanted()));
    }
    return this;
  }

  private static Failure notWanted() {
    return Failure.of(FailureKind.REJECTED, "it was cancelled");
  }

  private Behavior<Command> end() {
    List.copyOf(books.values()).forEach(this::drop);
    return Behaviors.stopped();
  }
}
