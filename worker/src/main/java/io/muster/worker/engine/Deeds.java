package io.muster.worker.engine;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Printed;
import io.muster.protocol.process.ToProcess;
import io.muster.worker.process.ArchiveWriter;
import io.muster.worker.process.CommandLane;
import io.muster.worker.process.JvmProcess;
import io.muster.worker.process.Launch;
import io.muster.worker.process.Marks;
import io.muster.worker.process.Reason;
import io.muster.worker.process.Surroundings;
import io.muster.worker.process.TaskProcess;
import io.muster.worker.process.TaskProcess.ProgramFiles;
import io.muster.worker.state.Effects;
import io.muster.worker.state.ProcessEnd;
import io.muster.worker.state.ProcessId;
import io.muster.worker.state.ProcessNeeds;
import io.muster.worker.state.WorkerState;
import io.muster.worker.wire.Api;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the state asks for. The {@link Effects} are called in the engine's turns; what takes
 * time goes to others, and comes back as a happening.
 */
final class Deeds implements Effects {
  private static final Logger LOG = LoggerFactory.getLogger(Deeds.class);

  /** For so long starts of task processes may fail, one after the other, before it gives up. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The step that a process runs, for the thread that hears it. */
  static final class StepHolder {
    private volatile @Nullable StepStream stream;

    StepStream get() {
      StepStream now = stream;
      if (now == null) {
        throw new IllegalStateException("the process runs no step");
      }
      return now;
    }
  }

  private record Live(TaskProcess process, StepHolder step) {}

  private final Engine engine;
  private final Api api;
  private final Transfers transfers;
  private final BlobCache cache;
  private final KeptReports kept;
  private final long taskMemory;
  private final long ioMemory;
  private final Marks marks;
  private final Surroundings surroundings;
  private final ExecutorService threads = Executors.newCachedThreadPool(Deeds::daemon);
  private final ExecutorService nice = Executors.newSingleThreadExecutor(Deeds::daemon);
  private final Map<ProcessId, Live> processes = new ConcurrentHashMap<>();

  /** Jobs and attempts whose files are wanted. */
  private final Set<Object> wanted = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean archiving = new AtomicBoolean();
  private volatile @Nullable Outlet awaited;

  /** Since when, and last when, no task process could be started. */
  private @Nullable Long failingSince;

  private long failedAt;

  Deeds(EngineSettings settings, Api api, Transfers transfers, KeptReports kept, Engine engine) {
    this.engine = engine;
    this.api = api;
    this.transfers = transfers;
    this.cache = transfers.cache();
    this.kept = kept;
    this.taskMemory = settings.taskMemory();
    this.ioMemory = settings.ioMemory();
    this.marks = new Marks(settings.incarnation());
    this.surroundings =
        new Surroundings(
            new Launch(settings.environment(), settings.confinement()),
            marks,
            settings.jvm(),
            settings.folder().sockets(),
            settings.folder().temp(),
            settings.folder().out(),
            nice,
            threads);
    nice.execute(Launch::niceThisThread);
  }

  static Transfers transfers(EngineSettings settings, Api api) throws IOException {
    BlobCache.Source source =
        new BlobCache.Source() {
          @Override
          public void fetch(BlobRef blob, OutputStream to) throws Exception {
            api.fetch(blob, to);
          }

          @Override
          public boolean link(BlobRef blob, Path to) {
            return api.link(blob, to);
          }
        };
    return new Transfers(
        api,
        new BlobCache(
            settings.folder().cache(), settings.cacheLimit(), source, settings.confinement()),
        settings.folder().out());
  }

  // Words

  @Override
  public void say(ToCoordinator item) {
    kept.say(item);
  }

  @Override
  public void mention(ToCoordinator item) {
    kept.mention(item);
  }

  @Override
  public void forgetSaid() {
    kept.clear();
  }

  @Override
  public void leave() {
    engine.leave();
  }

  /**
   * Says all that is kept to this link, once the coordinator has the values that are too large for
   * it: an earlier one may have lost them.
   */
  void resend(Outlet link) {
    List<BlobRef> blobs = kept.blobs();
    if (blobs.isEmpty()) {
      awaited = null;
      kept.resend(link);
      return;
    }
    awaited = link;
    threads.execute(
        () -> {
          transfers.store(blobs, () -> awaited == link);
          engine.happened(
              () -> {
                if (awaited == link) {
                  kept.resend(link);
                }
              });
        });
  }

  /** Has what makes later task processes start sooner made, if it is not there. */
  void archiveClasses() {
    if (archiving.compareAndSet(false, true)) {
      ArchiveWriter.start(surroundings);
    }
  }

  void linkLost() {
    awaited = null;
    kept.linkLost();
  }

  @Override
  public void upload(AttemptId attempt, List<BlobRef> blobs) {
    threads.execute(
        () -> {
          transfers.store(blobs, () -> true);
          decides(state -> state.uploaded(attempt, this));
        });
  }

  // Files

  @Override
  public void fetchFiles(JobId job, JobSpec spec) {
    fetch(
        job,
        spec.program().files(),
        () -> decides(state -> state.filesThere(job, this)),
        failure -> decides(state -> state.filesMissing(job, failure, this)));
  }

  @Override
  public void releaseFiles(JobId job) {
    release(job);
  }

  @Override
  public void fetchInputs(AttemptId attempt, List<BlobRef> blobs) {
    fetch(
        attempt,
        blobs,
        () -> decides(state -> state.inputsThere(attempt, this)),
        failure -> decides(state -> state.inputsMissing(attempt, noInput(failure), this)));
  }

  /** It may be had elsewhere: as if the task's process had died here. */
  private static Failure noInput(Failure why) {
    return Failure.of(FailureKind.CRASH, "its input could not be brought here: " + why.message());
  }

  @Override
  public void releaseInputs(AttemptId attempt) {
    release(attempt);
  }

  private interface Gone {
    void because(Failure failure);
  }

  private void fetch(Object user, List<BlobRef> blobs, Runnable there, Gone missing) {
    wanted.add(user);
    if (blobs.isEmpty()) {
      there.run();
      return;
    }
    threads.execute(
        () -> {
          try {
            transfers.fetch(user, blobs, () -> wanted.contains(user));
            there.run();
          } catch (Transfers.MissingException e) {
            cache.release(user);
            missing.because(e.failure());
          }
        });
  }

  private void release(Object user) {
    wanted.remove(user);
    cache.release(user);
  }

  // Processes

  @Override
  public void start(ProcessId id, ProcessNeeds needs) {
    StepHolder step = new StepHolder();
    TaskProcess.Listener listener = new StartWatch(engine.listener(id, step), isOwn(needs));
    try {
      TaskProcess process =
          needs.kind() == ProcessNeeds.Kind.COMMANDS
              ? CommandLane.start(surroundings, listener)
              : JvmProcess.start(surroundings, needs, listener);
      processes.put(id, new Live(process, step));
      engine.watchProcesses();
    } catch (IOException e) {
      LOG.warn("cannot start a task process", e);
      cannotStart(listener, "in " + surroundings.temp() + ": " + Reason.of(e));
    } catch (UncheckedIOException e) {
      LOG.warn("cannot start a task process", e);
      cannotStart(listener, "in " + surroundings.temp() + ": " + Reason.of(e));
    }
  }

  /** Whether nothing about it is the job's: any job's would be the same here. */
  private boolean isOwn(ProcessNeeds needs) {
    long usual = needs.kind() == ProcessNeeds.Kind.IO ? ioMemory : taskMemory;
    return needs.env().isEmpty() && needs.memory() == usual;
  }

  /** Hears whether a process comes up; that it does not is the worker's trouble, if it is own. */
  private final class StartWatch implements TaskProcess.Listener {
    private final TaskProcess.Listener listener;
    private final boolean own;
    private volatile boolean up;

    StartWatch(TaskProcess.Listener listener, boolean own) {
      this.listener = listener;
      this.own = own;
    }

    @Override
    public void started() {
      up = true;
      engine.happened(() -> failingSince = null);
      listener.started();
    }

    @Override
    public void said(FromProcess message) {
      listener.said(message);
    }

    @Override
    public void printed(Printed piece) {
      listener.printed(piece);
    }

    @Override
    public void timeRanOut() {
      listener.timeRanOut();
    }

    @Override
    public void ended(ProcessEnd end) {
      Failure failure = end.failure();
      boolean refused = failure.kind() == FailureKind.CRASH && failure.signal() == null;
      if (up || !own || !refused) {
        listener.ended(end);
        return;
      }
      LOG.warn("a task process did not start: {} {}", failure.message(), failure.stderr());
      engine.happened(() -> cannotStart(listener, "here: " + failure.message()));
    }
  }

  /** It is this worker's trouble, not the job's: what was to run goes back, but not at once. */
  private void cannotStart(TaskProcess.Listener listener, String reason) {
    String line = "cannot start task processes " + reason;
    long now = System.nanoTime();
    Long since = failingSince;
    if (since == null || now - failedAt > PATIENCE.toNanos()) {
      failingSince = now;
    } else if (now - since > PATIENCE.toNanos()) {
      engine.giveUp(line);
    }
    failedAt = now;
    ProcessEnd end = new ProcessEnd(0, Failure.of(FailureKind.LOST, "the worker " + line));
    engine.after(PAUSE, () -> listener.ended(end));
  }

  @Override
  public void load(ProcessId id, JobId job, JobSpec spec) {
    process(id).load(job, spec, programFiles(spec));
    engine.watchProcesses();
  }

  @Override
  public void unload(ProcessId id) {
    process(id).unload();
  }

  @Override
  public void unload(ProcessId id, JobId job) {
    process(id).tell(new ToProcess.OfJob(job, new ToProcess.Unload()));
  }

  @Override
  public void runIo(ProcessId id, JobId job, ToWorker.Assign assign) {
    process(id)
        .tell(
            new ToProcess.OfJob(
                job,
                new ToProcess.RunChunk(
                    assign.attempt(), assign.interval(), assign.inputs(), assign.tries())));
  }

  @Override
  public void drop(ProcessId id, JobId job, AttemptId attempt) {
    process(id).tell(new ToProcess.OfJob(job, new ToProcess.Drop(attempt)));
  }

  @Override
  public void stopTask(ProcessId id, JobId job, long index, boolean onlyWaiting) {
    process(id).tell(new ToProcess.OfJob(job, new ToProcess.Stop(index, onlyWaiting)));
  }

  @Override
  public void remind(ProcessId id, int times, Duration later) {
    engine.after(later, () -> decides(state -> state.idleForLong(id, times, this)));
  }

  @Override
  public void run(ProcessId id, AttemptId attempt, Interval interval, Values inputs, int[] tries) {
    process(id).run(attempt, interval, inputs, tries);
  }

  @Override
  public long retract(ProcessId id, int keepPermille) {
    return process(id).retract(keepPermille);
  }

  @Override
  public long stopAt(ProcessId id, long offset) {
    return process(id).stopAt(offset);
  }

  @Override
  public void runStep(ProcessId id, ToWorker.RunStep step) {
    Live live = live(id);
    StepStream stream = new StepStream(api, transfers, step);
    live.step().stream = stream;
    live.process().runStep(step);
    if (step.step() != ToWorker.Step.SPLIT) {
      threads.execute(
          () -> {
            if (!stream.feed(live.process())) {
              decides(state -> state.stepCutOff(id, step.attempt(), this));
            }
          });
    }
  }

  @Override
  public void endStep(ProcessId id) {
    close(live(id).step());
  }

  @Override
  public void kill(ProcessId id) {
    Live live = processes.get(id);
    if (live != null) {
      live.process().kill();
    }
  }

  /** It is gone. */
  void ended(ProcessId id) {
    Live live = processes.remove(id);
    if (live != null) {
      close(live.step());
    }
  }

  private void close(StepHolder holder) {
    StepStream step = holder.stream;
    if (step != null) {
      holder.stream = null;
      step.close();
      cache.release(step.step().attempt());
    }
  }

  /** Whether one of them is to be looked at again soon. */
  boolean checkProcesses() {
    boolean soon = false;
    for (Live live : processes.values()) {
      soon |= live.process().check();
    }
    return soon;
  }

  void sweep() {
    if (marks.isSweepDue()) {
      threads.execute(marks::sweep);
    }
  }

  void close() {
    processes.values().forEach(live -> live.process().kill());
    nice.shutdownNow();
    try {
      if (!nice.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.warn("a task process is still being started; the guardian will end it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    marks.killAll();
    threads.shutdownNow();
  }

  private void decides(Consumer<WorkerState> happening) {
    engine.decides(happening);
  }

  private ProgramFiles programFiles(JobSpec spec) {
    List<BlobRef> files = spec.program().files();
    List<Path> jars = List.of();
    List<ProgramFiles.Named> with = List.of();
    if (spec.program() instanceof Program.Command) {
      with =
          files.stream()
              .map(blob -> new ProgramFiles.Named(blob.name(), cache.path(blob)))
              .toList();
    } else {
      jars = files.stream().map(cache::path).toList();
    }
    return new ProgramFiles(jars, with, cache.folder());
  }

  private TaskProcess process(ProcessId id) {
    return live(id).process();
  }

  private Live live(ProcessId id) {
    Live live = processes.get(id);
    if (live == null) {
      throw new IllegalStateException("there is no process " + id);
    }
    return live;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "engine-work");
    thread.setDaemon(true);
    return thread;
  }
}
