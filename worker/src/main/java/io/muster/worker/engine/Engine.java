package io.muster.worker.engine;

import io.grpc.SynchronizationContext;
import io.muster.protocol.JobId;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToWorker;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Printed;
import io.muster.worker.process.TaskProcess;
import io.muster.worker.state.ProcessEnd;
import io.muster.worker.state.ProcessId;
import io.muster.worker.state.WorkerState;
import io.muster.worker.wire.Api;
import io.muster.worker.wire.ReportFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker runs and what it knows, from the worker's start to its end. Whoever has something
 * to say calls the {@link WorkerState}, one thread at a time: what comes meanwhile is left to the
 * one that is at it, so that nobody waits, and a task on its way crosses no thread here. The public
 * methods may be called by any.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final Duration CHECK = Duration.ofMillis(50);

  /**
   * So long a chunk's start waits to go along with its first results. Were it longer, a task that
   * kills its worker at once would never be charged.
   */
  private static final Duration SEND_WITHIN = Duration.ofMillis(1);

  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration HOLDING = Duration.ofSeconds(5);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /**
   * What a registration says of what the engine has.
   *
   * @param journal the journal it is of, or null
   */
  public record Standing(@Nullable String journal, boolean draining, List<Claim> claims) {}

  /** Numbers for metrics. */
  public record Load(
      int busySlots, int waitingChunks, long ioTasks, int processes, long keptBytes) {}

  private final SynchronizationContext turns =
      new SynchronizationContext((thread, failure) -> broke(failure));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "engine-timer"));
  private final WorkerState state;
  private final KeptReports kept;
  private final Deeds deeds;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private volatile Load load = new Load(0, 0, 0, 0, 0);
  private final Duration drainWithin;
  private boolean leavingSaid;
  private boolean holdingDue;
  private final AtomicBoolean watching = new AtomicBoolean();
  private @Nullable Outlet current;
  private volatile @Nullable String gaveUp;
  private volatile boolean closed;

  private Engine(EngineSettings settings, Api api) throws IOException {
    this.drainWithin = settings.drainWithin();
    this.state = new WorkerState(settings.slots(), settings.taskMemory(), settings.ioMemory());
    Transfers transfers = Deeds.transfers(settings, api);
    this.kept =
        new KeptReports(
            new ReportFile(settings.folder().root().resolve("reports")),
            transfers::forget,
            this::sendSoon);
    this.deeds = new Deeds(settings, api, transfers, kept, this);
  }

  /** Starts one with nothing to do. */
  public static Engine start(EngineSettings settings, Api api) throws IOException {
    Engine engine = new Engine(settings, api);
    engine.startTimers();
    return engine;
  }

  // The link's side

  /** What a registration is to say now. */
  public CompletableFuture<Standing> standing() {
    return CompletableFuture.supplyAsync(
        () -> new Standing(state.journal(), state.isDraining(), state.claims()), turns);
  }

  /**
   * A coordinator took the registration. If the answer is to go on, all that is not durable is said
   * to the outlet again, first.
   */
  public CompletableFuture<WorkerState.Answer> welcomed(String journal, long epoch, Outlet outlet) {
    return CompletableFuture.supplyAsync(() -> welcome(journal, epoch, outlet), turns);
  }

  /** The link is over; what is said from now on waits for the next one. */
  public void linkLost() {
    happened(
        () -> {
          current = null;
          deeds.linkLost();
          leaveWhenDurable();
        });
  }

  /** The first {@code count} things that the outlet was told and that are not durable are. */
  public void durable(Outlet from, int count) {
    happened(
        () -> {
          if (kept.isWith(from)) {
            kept.durable(count);
            state.durable(count);
            leaveWhenDurable();
          }
        });
  }

  /** The coordinator says something; in order. */
  public void received(Outlet from, ToWorker item) {
    happened(
        () -> {
          if (from == current) {
            receive(item);
          }
        });
  }

  /** Takes nothing new, finishes within its time for that, and then {@link #left} is complete. */
  public void drain() {
    happened(this::startDrain);
  }

  /** It can't do its work here: it drains, and {@link #whyItGaveUp} has this line. */
  void giveUp(String line) {
    happened(
        () -> {
          if (!state.isDraining()) {
            LOG.error("gives up: {}", line);
            gaveUp = line;
            startDrain();
          }
        });
  }

  /**
   * What it knows may be wrong after a decision that failed half-way: it decides nothing more and
   * leaves, and the coordinator gives what it had to others.
   */
  private void broke(Throwable failure) {
    LOG.error("a decision failed: the engine ends", failure);
    closed = true;
    gaveUp = "a bug in muster: " + failure;
    left.complete(null);
  }

  /** A line that says what this worker lacks, if it leaves for that. */
  public Optional<String> whyItGaveUp() {
    return Optional.ofNullable(gaveUp);
  }

  /** Complete when a drain is over: nothing runs, and all that was said is durable. */
  public CompletableFuture<Void> left() {
    return left;
  }

  /** How much there is to do, a moment ago. */
  public Load load() {
    return load;
  }

  /** Kills all that runs. */
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    deeds.close();
  }

  // What processes and transfers say, on their threads

  TaskProcess.Listener listener(ProcessId process, Deeds.StepHolder step) {
    return new TaskProcess.Listener() {
      @Override
      public void started() {
        happened(() -> state.started(process, deeds));
      }

      @Override
      public void said(FromProcess message) {
        kept.awaitRoom();
        if (message instanceof FromProcess.Produced produced) {
          StepStream stream = step.get();
          if (!stream.produced(produced.values())) {
            happened(() -> state.stepCutOff(process, produced.attempt(), deeds));
          }
        } else if (message instanceof FromProcess.StepSucceeded done && !step.get().finish()) {
          happened(() -> state.stepCutOff(process, done.attempt(), deeds));
        } else {
          happened(() -> processSaid(process, message));
        }
      }

      @Override
      public void printed(Printed piece) {
        said(piece);
      }

      @Override
      public void timeRanOut() {
        happened(() -> state.timeRanOut(process, deeds));
      }

      @Override
      public void ended(ProcessEnd end) {
        happened(
            () -> {
              deeds.ended(process);
              state.ended(process, end, deeds);
            });
      }
    };
  }

  /** Has the state move on, in its turn. */
  void decides(Consumer<WorkerState> happening) {
    happened(() -> happening.accept(state));
  }

  /** Does this in its turn, on this thread or one that is at it already. */
  void happened(Runnable happening) {
    turns.execute(
        () -> {
          if (!closed) {
            happening.run();
            sayHolding();
            load =
                new Load(
                    state.busySlots(),
                    state.waitingChunks(),
                    state.ioTasks(),
                    state.processes(),
                    kept.bytes());
          }
        });
  }

  /** The drain has nothing more to wait for than what was said. */
  void leave() {
    leavingSaid = true;
    leaveWhenDurable();
  }

  /** Only when the link has all that was said: it would contradict what is still to come. */
  private void sayHolding() {
    if (holdingDue && kept.allSent()) {
      holdingDue = false;
      state.holdingDue(deeds);
    }
  }

  /** Whoever never registered, or has no result to hand over, waits for no coordinator. */
  private void leaveWhenDurable() {
    boolean nothingToHandOver = current == null && kept.isFarewellAlone();
    if (leavingSaid && (kept.isEmpty() || state.journal() == null || nothingToHandOver)) {
      left.complete(null);
    }
  }

  private void processSaid(ProcessId process, FromProcess message) {
    if (message instanceof FromProcess.OfJob of) {
      processSaid(process, of.job(), of.said());
    } else if (message instanceof FromProcess.Loaded) {
      state.loaded(process, deeds);
    } else if (message instanceof FromProcess.Unloaded) {
      state.unloaded(process, deeds);
    } else if (message instanceof FromProcess.LoadFailed failed) {
      state.loadFailed(process, failed.failure(), deeds);
    } else if (message instanceof FromProcess.Reported reported) {
      state.reported(process, reported.outcomes(), deeds);
    } else if (message instanceof FromProcess.ChunkEnded ended) {
      state.chunkEnded(process, ended.attempt(), deeds);
    } else if (message instanceof FromProcess.StepSucceeded done) {
      state.stepSucceeded(process, done.attempt(), done.result(), deeds);
    } else if (message instanceof FromProcess.StepFailed failed) {
      state.stepFailed(process, failed.attempt(), failed.failure(), deeds);
    } else if (message instanceof Printed piece && !printed(process, piece)) {
      LOG.info(
          "process {} printed: {}", process, new String(piece.bytes(), StandardCharsets.UTF_8));
    }
  }

  private boolean printed(ProcessId process, Printed piece) {
    return state.printed(
        process, piece.index(), piece.tryNumber(), piece.stream(), piece.bytes(), deeds);
  }

  /** What an I/O process says of one of its jobs. */
  private void processSaid(ProcessId process, JobId job, FromProcess message) {
    if (message instanceof FromProcess.Begun begun) {
      state.ioBegun(begun.attempt(), deeds);
    } else if (message instanceof FromProcess.Divided divided) {
      state.ioDivided(process, job, divided.attempt(), divided.at(), divided.rest(), deeds);
    } else if (message instanceof FromProcess.Loaded) {
      state.ioLoaded(process, job, deeds);
    } else if (message instanceof FromProcess.LoadFailed failed) {
      state.ioLoadFailed(process, job, failed.failure(), deeds);
    } else if (message instanceof Printed piece) {
      state.ioPrinted(job, piece.index(), piece.tryNumber(), piece.stream(), piece.bytes(), deeds);
    }
  }

  private void receive(ToWorker item) {
    if (item instanceof ToWorker.Prepare prepare) {
      state.prepared(prepare.job(), prepare.spec(), deeds);
    } else if (item instanceof ToWorker.Assign assign) {
      state.assigned(assign, deeds);
    } else if (item instanceof ToWorker.Retract retract) {
      state.retractAsked(retract.attempt(), retract.keepPermille(), deeds);
    } else if (item instanceof ToWorker.Revoke revoke) {
      state.revoked(revoke.attempt(), deeds);
    } else if (item instanceof ToWorker.StopTask stop) {
      state.stopAsked(stop.attempt(), stop.index(), stop.onlyWaiting(), deeds);
    } else if (item instanceof ToWorker.RunStep step) {
      state.stepAsked(step, deeds);
    } else if (item instanceof ToWorker.JobOver over) {
      state.jobOver(over.job(), deeds);
    } else if (item instanceof ToWorker.Drain) {
      startDrain();
    }
  }

  private void startDrain() {
    if (!state.isDraining()) {
      state.drainAsked(deeds);
      after(drainWithin, () -> state.drainTimeOver(deeds));
      after(drainWithin.plus(LAST_WORDS), () -> left.complete(null));
    }
  }

  private WorkerState.Answer welcome(String journal, long epoch, Outlet outlet) {
    WorkerState.Answer answer = state.welcomed(journal, epoch, deeds);
    if (answer == WorkerState.Answer.GO_ON) {
      current = outlet;
      deeds.resend(outlet);
      deeds.archiveClasses();
      holdingDue = true;
    }
    return answer;
  }

  private void startTimers() {
    every(SWEEP, deeds::sweep);
    every(HOLDING, () -> happened(() -> holdingDue = true));
  }

  /** A process has come, or something new to do for one, that may want to be looked at often. */
  void watchProcesses() {
    if (watching.compareAndSet(false, true)) {
      checkSoon();
    }
  }

  private void checkSoon() {
    if (!closed) {
      timer.schedule(this::checkProcesses, CHECK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Again and again while a process wants it: a timer costs a worker more than it seems. */
  private void checkProcesses() {
    if (wantsChecks()) {
      checkSoon();
      return;
    }
    watching.set(false);
    if (wantsChecks()) { // it came just now, and found that somebody watches
      watchProcesses();
    }
  }

  private boolean wantsChecks() {
    try {
      return deeds.checkProcesses();
    } catch (RuntimeException e) {
      LOG.error("the engine's timer failed", e);
      return true;
    }
  }

  private void every(Duration period, Runnable work) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LOG.error("the engine's timer failed", e);
          }
        },
        period.toMillis(),
        period.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void sendSoon() {
    after(SEND_WITHIN, kept::sendNow);
  }

  void after(Duration time, Runnable work) {
    timer.schedule(() -> happened(work), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
