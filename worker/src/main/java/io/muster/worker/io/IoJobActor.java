package io.muster.worker.io;

import io.muster.harness.IoProgram;
import io.muster.harness.Outbox;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Printed;
import io.muster.protocol.process.ToProcess.RunChunk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** One job in an I/O process: makes an actor for each of its tasks and reports how they ended. */
final class IoJobActor extends AbstractBehavior<IoJobActor.Command> {
  /** What it is told. */
  sealed interface Command {}

  record Run(RunChunk chunk) implements Command {}

  record Drop(AttemptId attempt) implements Command {}

  record Stop(AttemptId attempt, long index, boolean onlyWaiting) implements Command {}

  /** A task asks whether its key lets it begin. */
  record AskKey(String key, long index, ActorRef<IoTaskActor.Command> task) implements Command {}

  record TaskEnded(long index, ActorRef<IoTaskActor.Command> task, Ending ending)
      implements Command {}

  /** The job is over. */
  enum Unload implements Command {
    UNLOAD
  }

  private enum Flush implements Command {
    FLUSH
  }

  /** What all tasks of a job have in common. */
  record Running(
      JobId id,
      JobSpec spec,
      IoProgram program,
      Encoding encoding,
      Map<String, String> args,
      ExecutorService threads,
      UserCode.Watch watch,
      Outbox outbox,
      ActorRef<Command> actor) {
    long logLimit() {
      return spec.policy().logLimit();
    }

    @Nullable Duration timeout() {
      return spec.policy().timeout();
    }

    void print(Printed piece) {
      outbox.post(new FromProcess.OfJob(id, piece), piece.bytes().length + 40);
    }
  }

  private static final Duration GATHER = Duration.ofMillis(10);
  private static final int WHOLE_FAILURES = 1_000;

  /** A task that runs or waits for its key. */
  private static final class Task {
    final ActorRef<IoTaskActor.Command> actor;
    @Nullable String key;
    boolean waits;

    Task(ActorRef<IoTaskActor.Command> actor) {
      this.actor = actor;
    }
  }

  private final JobId id;
  private final JobSpec spec;
  private final IoProgram program;
  private final ExecutorService threads;
  private final UserCode.Watch watch;
  private final Outbox outbox;
  private final TimerScheduler<Command> timers;
  private final Keys<AskKey> keys;
  private final TreeMap<Long, ChunkBook> books = new TreeMap<>();
  private final Map<Long, Task> tasks = new HashMap<>();
  private final Set<ChunkBook> news = new LinkedHashSet<>();
  private final Map<List<Object>, Integer> causes = new HashMap<>();
  private int wholeLeft = WHOLE_FAILURES;
  private boolean flushDue;

  private IoJobActor(
      ActorContext<Command> actor,
      TimerScheduler<Command> timers,
      JobId id,
      JobSpec spec,
      IoProgram program,
      ExecutorService threads,
      UserCode.Watch watch,
      Outbox outbox) {
    super(actor);
    this.timers = timers;
    this.id = id;
    this.spec = spec;
    this.program = program;
    this.threads = threads;
    this.watch = watch;
    this.outbox = outbox;
    this.keys = new Keys<>(spec.policy().keys());
  }

  static Behavior<Command> create(
      JobId id,
      JobSpec spec,
      IoProgram program,
      ExecutorService threads,
      UserCode.Watch watch,
      Outbox outbox) {
    return Behaviors.setup(
        actor ->
            Behaviors.withTimers(
                timers ->
                    new IoJobActor(actor, timers, id, spec, program, threads, watch, outbox)));
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
        .onMessage(Unload.class, unload -> unload())
        .build();
  }

  private Behavior<Command> run(Run run) {
    RunChunk chunk = run.chunk();
    Encoding encoding = program.resultsFor(chunk.inputs());
    ChunkBook book =
        new ChunkBook(
            chunk.attempt(), chunk.interval(), encoding, chunk.tries(), System.nanoTime());
    books.put(book.first(), book);
    IoProgram.Chunk inputs = program.chunk(chunk.interval(), chunk.inputs());
    Running running =
        new Running(
            id,
            spec,
            program,
            encoding,
            args(spec.program()),
            threads,
            watch,
            outbox,
            getContext().getSelf());
    for (long index = book.first(); index < book.until(); index++) {
      tasks.put(
          index,
          new Task(
              getContext()
                  .spawnAnonymous(IoTaskActor.create(running, inputs, index, book.tryOf(index)))));
    }
    return this;
  }

  private static Map<String, String> args(Program program) {
    if (program instanceof Program.Java java) {
      return Map.copyOf(java.args());
    }
    return program instanceof Program.Io io ? Map.copyOf(io.args()) : Map.of();
  }

  // Keys

  private Behavior<Command> askKey(AskKey ask) {
    Task task = tasks.get(ask.index());
    if (task == null || !task.actor.equals(ask.task())) {
      return this; // it was dropped
    }
    Keys.Answer answer = keys.ask(ask.key(), ask, System.nanoTime());
    task.waits = answer instanceof Keys.Answer.Wait;
    if (answer instanceof Keys.Answer.Go) {
      task.key = ask.key();
      ask.task().tell(IoTaskActor.Begin.BEGIN);
    } else if (answer instanceof Keys.Answer.Fail fail) {
      ask.task().tell(new IoTaskActor.Cancel(fail.failure()));
    }
    return this;
  }

  private Behavior<Command> taskEnded(TaskEnded ended) {
    Task task = tasks.get(ended.index());
    if (task == null || !task.actor.equals(ended.task())) {
      return this; // it was dropped
    }
    tasks.remove(ended.index());
    freeKey(task, ended.ending());
    ChunkBook book = bookOf(ended.index());
    if (book != null) {
      book.ended(ended.index(), ended.ending(), System.nanoTime());
      news.add(book);
      flushSoon();
    }
    return this;
  }

  private void freeKey(Task task, Ending ending) {
    if (task.key != null) {
      Optional<Failure> failure =
          ending instanceof Ending.Failed failed ? Optional.of(failed.failure()) : Optional.empty();
      keys.ended(task.key, failure, System.nanoTime()).forEach(this::askKey);
    }
  }

  private @Nullable ChunkBook bookOf(long index) {
    Map.Entry<Long, ChunkBook> entry = books.floorEntry(index);
    return entry == null || index >= entry.getValue().until() ? null : entry.getValue();
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
    List<ChunkBook> some = new ArrayList<>(news);
    news.clear();
    long now = System.nanoTime();
    for (ChunkBook book : some) {
      ChunkBook each = book;
      while (each != null) {
        ChunkBook rest = each.report(now, outbox::post, this::cause);
        if (each.isOver()) {
          books.remove(each.first());
        } else if (each.hasNews()) {
          news.add(each);
        }
        if (rest != null) {
          books.put(rest.first(), rest);
        }
        each = rest;
      }
    }
    if (!news.isEmpty()) {
      flushSoon();
    }
    return this;
  }

  /** A number for what failures may share an entry by; -1: this one is told whole. */
  private int cause(Failure failure) {
    if (wholeLeft > 0 || spec.program() instanceof Program.Calls) {
      wholeLeft--;
      return -1;
    }
    List<Object> cause = List.of(failure.kind(), failure.type(), failure.stackTrace());
    return causes.computeIfAbsent(cause, any -> causes.size());
  }

  // What is not wanted

  private Behavior<Command> drop(Drop drop) {
    for (ChunkBook book : List.copyOf(books.values())) {
      if (book.attempt().equals(drop.attempt())) {
        books.remove(book.first());
        news.remove(book);
        for (long index = book.first(); index < book.until(); index++) {
          Task task = tasks.remove(index);
          if (task != null) {
            freeKey(task, new Ending.Failed(notWanted()));
            task.actor.tell(new IoTaskActor.Cancel(notWanted()));
          }
        }
      }
    }
    return this;
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

  private Behavior<Command> unload() {
    for (ChunkBook book : List.copyOf(books.values())) {
      drop(new Drop(book.attempt()));
    }
    try {
      program.close();
    } catch (IOException e) {
      getContext().getLog().warn("the classes of job {} stay open", id, e);
    }
    return Behaviors.stopped();
  }
}
