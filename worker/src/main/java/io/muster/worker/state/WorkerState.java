package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Draining;
import io.muster.protocol.ToCoordinator.Holding;
import io.muster.protocol.ToCoordinator.Leaving;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToCoordinator.StepFailed;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.ToWorker.RunStep;
import io.muster.protocol.Values;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a worker knows and decides. One method per happening; each moves the state on at once
 * and tells {@link Effects} what follows. Owned by one thread, the engine's, and not bound to any
 * link: links come and go.
 *
 * <p>Chunks wait in the order of their arrival; one that is ready takes as many slots as its job's
 * memory needs and a process that is warm, blank or new. A chunk that goes away (revoked, failed)
 * frees its slots when its process is gone, not before.
 */
public final class WorkerState {
  /** Specs of jobs that are over, kept because a job may be run again. */
  private static final int SPECS_KEPT = 1_000;

  private final int slots;
  private final long taskMemory;
  private final Processes processes;
  private final Held held = new Held();
  private final Reports reports = new Reports(held);
  private final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final Map<AttemptId, Chunk> chunks = new LinkedHashMap<>();
  private final Map<AttemptId, Step> steps = new LinkedHashMap<>();
  private final IoWork io;

  private @Nullable String journal;
  private long epoch;
  private boolean draining;
  private boolean left;

  /**
   * @param taskMemory bytes of one slot
   */
  public WorkerState(int slots, long taskMemory) {
    this.slots = slots;
    this.taskMemory = taskMemory;
    this.processes = new Processes(slots, taskMemory);
    this.io = new IoWork(held, reports, processes::nextNumber);
  }

  // What the coordinator says

  /** What is to be done about a coordinator's welcome. */
  public enum Answer {
    /** Say again what is not durable, then go on. */
    GO_ON,
    /** It keeps another journal: all that was held is dropped; register again without claims. */
    REGISTER_AGAIN,
    /** Its term of office is over. */
    IGNORE
  }

  /** A coordinator has taken the registration. */
  public Answer welcomed(String journal, long epoch, Effects effects) {
    if (this.journal != null && !this.journal.equals(journal)) {
      dropEverything(effects);
      this.journal = journal;
      this.epoch = epoch;
      return Answer.REGISTER_AGAIN;
    }
    if (epoch < this.epoch) {
      return Answer.IGNORE;
    }
    this.journal = journal;
    this.epoch = epoch;
    endUnclaimed(effects);
    if (!draining) {
      processes.keepSpare(effects);
    }
    return Answer.GO_ON;
  }

  /**
   * What a coordinator is not told of by a claim, it can't say to be over: it may have been while
   * nobody was linked.
   */
  private void endUnclaimed(Effects effects) {
    List<JobId> unclaimed =
        jobs.values().stream()
            .filter(job -> !isInUse(job) && !held.hasAnyOf(job.id))
            .map(job -> job.id)
            .toList();
    unclaimed.forEach(job -> jobOver(job, effects));
  }

  public @Nullable String journal() {
    return journal;
  }

  public boolean isDraining() {
    return draining;
  }

  /** What a registration claims: all that is not durable. */
  public List<Claim> claims() {
    return held.notDurable();
  }

  /** Time to say what is here, so that what only one side has is settled. */
  public void holdingDue(Effects effects) {
    effects.mention(new Holding(held.notSaid()));
  }

  /** The first {@code count} of the kept items are in the journal. */
  public void durable(int count) {
    held.durable(count);
  }

  /** Says what a job consists of, before its first chunk. */
  public void prepared(JobId id, JobSpec spec, Effects effects) {
    Job known = jobs.get(id);
    if (known != null && !known.spec.requestId().equals(spec.requestId())) {
      forget(known, effects);
      known = null;
    }
    if (known == null) {
      jobs.put(id, new Job(id, spec, taskMemory));
    }
    if (jobs.size() > SPECS_KEPT) {
      forgetAnUnusedSpec(effects);
    }
  }

  /** Its coordinator has lost it and given its number to another job. */
  private void forget(Job job, Effects effects) {
    List<AttemptId> attempts = new ArrayList<>();
    chunks.forEach(
        (attempt, chunk) -> attempts.addAll(chunk.job == job ? List.of(attempt) : List.of()));
    steps.forEach(
        (attempt, step) -> attempts.addAll(step.job == job ? List.of(attempt) : List.of()));
    attempts.addAll(io.attemptsOf(job));
    attempts.forEach(attempt -> revoked(attempt, effects));
    jobOver(job.id, effects);
    jobs.remove(job.id);
  }

  /** A chunk to run. */
  public void assigned(Assign assign, Effects effects) {
    AttemptId attempt = assign.attempt();
    Job job = jobs.get(assign.job());
    if (held.has(attempt)) {
      return;
    }
    held.taken(attempt, assign.job(), assign.interval());
    if (job == null) {
      failUnknownJob(assign, effects);
    } else if (draining) {
      giveBack(attempt, assign.interval().from(), effects);
    } else if (job.spec.program().isIo()) {
      job.over = false;
      fetchFiles(job, effects);
      io.assigned(assign, job, effects);
    } else {
      job.over = false;
      Chunk chunk = new Chunk(assign, job);
      chunks.put(attempt, chunk);
      fetch(chunk, effects);
      dispatch(effects);
    }
  }

  /** The tail of a chunk is wanted back. */
  public void retractAsked(AttemptId attempt, int keepPermille, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk == null) {
      return;
    }
    cut(chunk, keepPermille, effects);
    dispatch(effects);
  }

  /**
   * One task is not wanted any more; the others of its chunk are.
   *
   * @param onlyWaiting if it runs, it is left to finish
   */
  public void stopAsked(AttemptId attempt, long index, boolean onlyWaiting, Effects effects) {
    io.stopAsked(attempt, index, onlyWaiting, effects);
    Chunk chunk = chunks.get(attempt);
    if (chunk == null
        || !held.has(attempt)
        || index < chunk.reportedUntil
        || index >= chunk.until) {
      return; // it is over, or not here
    }
    Process process = chunk.process;
    long offset = index - chunk.from();
    long taken = chunk.handed && process != null ? effects.stopAt(process.id, offset) : 0;
    if (taken <= offset) {
      cutAt(chunk, index, effects);
    } else if (taken == offset + 1 && process != null) {
      if (chunk.until > index + 1) {
        cutAt(chunk, index + 1, effects);
      }
      if (!onlyWaiting) {
        processes.kill(process, Death.STOPPED, effects);
      }
    }
    dispatch(effects);
  }

  /** An attempt is not wanted any more. */
  public void revoked(AttemptId attempt, Effects effects) {
    held.revoked(attempt);
    reports.revoked(attempt);
    io.revoked(attempt, effects);
    Chunk chunk = chunks.get(attempt);
    if (chunk != null) {
      if (chunk.process == null) {
        remove(chunk, effects);
      } else {
        processes.kill(chunk.process, Death.UNWANTED, effects);
      }
    }
    Step step = steps.get(attempt);
    if (step != null && step.process != null) {
      processes.kill(step.process, Death.UNWANTED, effects);
    } else {
      steps.remove(attempt);
    }
    leaveIfDone(effects);
  }

  /** A split, a combine or a reduce to run. */
  public void stepAsked(RunStep order, Effects effects) {
    Job job = jobs.get(order.job());
    if (held.has(order.attempt())) {
      return;
    }
    held.taken(order.attempt(), order.job(), new Interval(0, 1));
    if (draining) {
      giveBack(order.attempt(), 0, effects);
    } else if (job == null) {
      reports.say(
          order.attempt(), new StepFailed(order.attempt(), unknownJob(order.job())), effects);
      held.ended(order.attempt());
    } else {
      steps.put(order.attempt(), new Step(order, job));
      fetchFiles(job, effects);
      startSteps(effects);
    }
  }

  /** Nothing more comes of this job, unless it is run again. */
  public void jobOver(JobId id, Effects effects) {
    Job job = jobs.get(id);
    if (job == null) {
      processes.jobOver(id, null, effects);
    } else {
      job.over = true;
      clearUp(job, effects);
    }
  }

  /** Once nothing of a job that is over runs here any more, nothing of it is kept. */
  private void clearUp(Job job, Effects effects) {
    if (job.over) {
      processes.jobOver(job.id, draining ? null : job.code, effects);
      if (!isInUse(job)) {
        io.jobOver(job.id, effects);
        releaseFiles(job, effects);
      }
    }
  }

  // Files

  /** The job's program is here. */
  public void filesThere(JobId id, Effects effects) {
    Job job = jobs.get(id);
    if (job != null && job.files == Job.Files.COMING) {
      job.files = Job.Files.THERE;
      io.filesThere(job, effects);
      startSteps(effects);
      dispatch(effects);
    }
  }

  /** The job's program can't be brought here. */
  public void filesMissing(JobId id, Failure failure, Effects effects) {
    Job job = jobs.get(id);
    if (job == null) {
      return;
    }
    job.files = Job.Files.NOT_ASKED;
    io.filesMissing(job, failure, effects);
    for (Chunk chunk : List.copyOf(chunks.values())) {
      if (chunk.job == job && chunk.process == null) {
        failWaiting(chunk, failure, effects);
      }
    }
    for (Step step : List.copyOf(steps.values())) {
      if (step.job == job && step.process == null) {
        AttemptId attempt = step.order.attempt();
        steps.remove(attempt);
        reports.say(attempt, new StepFailed(attempt, failure), effects);
        held.ended(attempt);
      }
    }
    dispatch(effects);
  }

  /** A chunk's large inputs are here. */
  public void inputsThere(AttemptId attempt, Effects effects) {
    io.inputsThere(attempt, effects);
    Chunk chunk = chunks.get(attempt);
    if (chunk != null) {
      chunk.inputsThere = true;
      dispatch(effects);
    }
  }

  /** A chunk's large inputs can't be brought here. */
  public void inputsMissing(AttemptId attempt, Failure failure, Effects effects) {
    io.inputsMissing(attempt, failure, effects);
    Chunk chunk = chunks.get(attempt);
    if (chunk != null && chunk.process == null) {
      failWaiting(chunk, failure, effects);
      dispatch(effects);
    }
  }

  /** The large values of the attempt's oldest unsaid report are stored. */
  public void uploaded(AttemptId attempt, Effects effects) {
    reports.uploaded(attempt, effects);
    leaveIfDone(effects);
  }

  // What processes do

  /** The process is up. */
  public void started(ProcessId id, Effects effects) {
    io.started(id, effects);
    Process process = processes.get(id);
    if (process == null || process.death != null) {
      return;
    }
    process.stage = Process.Stage.BLANK;
    loadIfWanted(process, effects);
  }

  /** The process has its program. */
  public void loaded(ProcessId id, Effects effects) {
    Process process = processes.get(id);
    if (process == null || process.death != null) {
      return;
    }
    processes.wentWell();
    process.stage = Process.Stage.IDLE;
    handOver(process, effects);
  }

  /** The process has forgotten the program of a job that is over. */
  public void unloaded(ProcessId id, Effects effects) {
    Process process = processes.get(id);
    if (process != null && process.death == null) {
      process.stage = Process.Stage.BLANK;
      effects.remind(id, process.jobs);
      dispatch(effects);
    }
  }

  /** A process without a job was kept for a while, if it has run so many jobs still. */
  public void idleForLong(ProcessId id, int jobs, Effects effects) {
    io.idleForLong(id, jobs, effects);
    Process process = processes.get(id);
    if (process != null && process.isFree() && process.code != null && process.jobs == jobs) {
      processes.kill(process, Death.UNWANTED, effects);
    }
  }

  /** The process cannot load the program, and ends. */
  public void loadFailed(ProcessId id, Failure failure, Effects effects) {
    Process process = processes.get(id);
    if (process != null && process.death == null) {
      processes.wentWell();
      process.loadFailure = failure;
      processes.kill(process, Death.ITS_OWN, effects);
    }
  }

  /** An I/O process has a job's program. */
  public void ioLoaded(ProcessId id, JobId job, Effects effects) {
    io.loaded(id, job, effects);
  }

  /** An I/O process can't load a job's program. */
  public void ioLoadFailed(ProcessId id, JobId job, Failure failure, Effects effects) {
    io.loadFailed(id, job, failure, effects);
  }

  /** A task of an I/O process printed something. */
  public void ioPrinted(
      JobId job, long index, int tryNumber, LogStream stream, byte[] bytes, Effects effects) {
    reports.sayNow(new Logged(job, index, tryNumber, stream, bytes), effects);
  }

  /** From an index on, an attempt of I/O tasks is another one. */
  public void divided(AttemptId attempt, long at, AttemptId rest, Effects effects) {
    io.divided(attempt, at, rest, effects);
  }

  /** The process says how tasks ended. */
  public void reported(ProcessId id, Outcomes outcomes, Effects effects) {
    Job ioJob = io.jobOf(outcomes.attempt());
    if (ioJob != null) {
      io.reported(outcomes, effects);
      clearUp(ioJob, effects);
      leaveIfDone(effects);
      return;
    }
    Chunk chunk = chunks.get(outcomes.attempt());
    if (chunk != null && held.has(outcomes.attempt())) {
      chunk.reportedUntil = outcomes.interval().until();
      reports.say(outcomes.attempt(), outcomes, effects);
    }
  }

  /** A task printed something. */
  public void printed(
      ProcessId id, long index, int tryNumber, LogStream stream, byte[] bytes, Effects effects) {
    Process process = processes.get(id);
    if (process != null && process.job != null) {
      reports.sayNow(new Logged(process.job, index, tryNumber, stream, bytes), effects);
    }
  }

  /** All tasks of the chunk that the process took are reported. */
  public void chunkEnded(ProcessId id, AttemptId attempt, Effects effects) {
    Process process = processes.get(id);
    Chunk chunk = chunks.get(attempt);
    if (process == null || chunk == null || chunk.process != process || process.death != null) {
      return;
    }
    process.chunk = null;
    process.stage = Process.Stage.IDLE;
    process.ran += chunk.until - chunk.from();
    remove(chunk, effects);
    if (chunk.job.tasksPerProcess > 0 && process.ran >= chunk.job.tasksPerProcess) {
      processes.kill(process, Death.UNWANTED, effects);
    }
    clearUp(chunk.job, effects); // its last results may be there before the chunk's end is
    dispatch(effects);
    leaveIfDone(effects);
  }

  /** A step is done. */
  public void stepSucceeded(ProcessId id, AttemptId attempt, Values result, Effects effects) {
    stepEnded(id, attempt, new StepSucceeded(attempt, result), effects);
  }

  /** A step threw, or what it read or wrote failed. */
  public void stepFailed(ProcessId id, AttemptId attempt, Failure failure, Effects effects) {
    stepEnded(id, attempt, new StepFailed(attempt, failure), effects);
  }

  /** What a step reads or writes is out of reach: it is to be run again, on nobody's account. */
  public void stepCutOff(ProcessId id, AttemptId attempt, Effects effects) {
    Process process = processes.get(id);
    if (process != null && process.death == null && steps.remove(attempt) != null) {
      giveBack(attempt, 0, effects);
      processes.kill(process, Death.UNWANTED, effects);
      leaveIfDone(effects);
    }
  }

  /** A task of this process runs longer than its job allows. */
  public void timeRanOut(ProcessId id, Effects effects) {
    Process process = processes.get(id);
    if (process != null && process.chunk != null) {
      processes.kill(process, Death.TIMEOUT, effects);
    }
  }

  /** The process is gone. */
  public void ended(ProcessId id, ProcessEnd end, Effects effects) {
    Process process = processes.get(id);
    if (process == null) {
      io.ended(id, end, effects);
      leaveIfDone(effects);
      return;
    }
    processes.ended(process);
    if (process.chunk != null) {
      chunkLost(process, process.chunk, end, effects);
    }
    if (process.step != null) {
      stepLost(process, process.step, end, effects);
    }
    dispatch(effects);
    leaveIfDone(effects);
  }

  // Drain

  /** Takes nothing new; gives back what waits; what runs may go on for a while. */
  public void drainAsked(Effects effects) {
    if (draining) {
      return;
    }
    draining = true;
    reports.sayNow(new Draining(), effects);
    io.drain(effects);
    for (Chunk chunk : List.copyOf(chunks.values())) {
      cut(chunk, 0, effects);
    }
    for (Step step : List.copyOf(steps.values())) {
      if (step.process == null) {
        steps.remove(step.order.attempt());
        giveBack(step.order.attempt(), 0, effects);
      }
    }
    for (Process process : processes.all()) {
      if (process.isFree()) {
        processes.kill(process, Death.UNWANTED, effects);
      }
    }
    leaveIfDone(effects);
  }

  /** What still runs is killed and given back. */
  public void drainTimeOver(Effects effects) {
    io.drainTimeOver(effects);
    for (Process process : processes.all()) {
      processes.kill(process, Death.DRAIN, effects);
    }
  }

  // For views

  public int busySlots() {
    return chunks.values().stream()
        .filter(chunk -> chunk.process != null)
        .mapToInt(chunk -> chunk.job.weight)
        .sum();
  }

  public int waitingChunks() {
    return (int) chunks.values().stream().filter(chunk -> chunk.process == null).count();
  }

  public long ioRunning() {
    return io.running();
  }

  public int processes() {
    return processes.all().size() + io.processes();
  }

  // How chunks come to run

  private void dispatch(Effects effects) {
    if (draining) {
      return;
    }
    int free = slots - busySlots();
    for (Chunk chunk : new ArrayList<>(chunks.values())) {
      if (chunk.process != null || !isReady(chunk)) {
        continue;
      }
      int needed = Math.min(chunk.job.weight, slots);
      if (needed > free) {
        break;
      }
      free -= needed;
      Process process = processes.forChunk(chunk.job, effects);
      process.chunk = chunk;
      chunk.process = process;
      if (process.stage == Process.Stage.IDLE) {
        handOver(process, effects);
      } else {
        loadIfWanted(process, effects);
      }
    }
    if (journal != null) {
      processes.keepSpare(effects);
    }
  }

  private static boolean isReady(Chunk chunk) {
    return chunk.inputsThere && chunk.job.files == Job.Files.THERE;
  }

  private void startSteps(Effects effects) {
    for (Step step : steps.values()) {
      if (step.process == null && step.job.files == Job.Files.THERE) {
        Process process = processes.forStep(step.job, effects);
        process.step = step;
        step.process = process;
      }
    }
  }

  private static void loadIfWanted(Process process, Effects effects) {
    Job job =
        process.chunk != null ? process.chunk.job : process.step != null ? process.step.job : null;
    if (job != null && process.stage == Process.Stage.BLANK) {
      process.job = job.id;
      process.jobs++;
      process.stage = Process.Stage.LOADING;
      effects.load(process.id, job.id, job.spec);
    }
  }

  private void handOver(Process process, Effects effects) {
    Chunk chunk = process.chunk;
    Step step = process.step;
    if (chunk != null) {
      process.stage = Process.Stage.BUSY;
      chunk.handed = true;
      held.started(chunk.attempt());
      reports.say(chunk.attempt(), new Started(chunk.attempt()), effects);
      effects.run(process.id, chunk.attempt(), chunk.interval(), chunk.inputs(), chunk.tries());
    } else if (step != null) {
      process.stage = Process.Stage.BUSY;
      step.handed = true;
      held.started(step.order.attempt());
      effects.runStep(process.id, step.order);
    }
  }

  /** Takes back the chunk's tail, all of it when it is with no process yet and nothing is kept. */
  private void cut(Chunk chunk, int keepPermille, Effects effects) {
    Process process = chunk.process;
    if (!held.has(chunk.attempt())) {
      return;
    }
    long kept =
        chunk.handed && process != null
            ? effects.retract(process.id, keepPermille)
            : ((chunk.until - chunk.from()) * keepPermille + 999) / 1000;
    cutAt(chunk, chunk.from() + kept, effects);
  }

  private void cutAt(Chunk chunk, long until, Effects effects) {
    Process process = chunk.process;
    chunk.until = until;
    held.cut(chunk.attempt(), chunk.until);
    reports.say(chunk.attempt(), new Retracted(chunk.attempt(), chunk.until), effects);
    if (!chunk.handed && chunk.until == chunk.from()) {
      if (process != null) {
        process.chunk = null;
      }
      remove(chunk, effects);
    }
  }

  private void giveBack(AttemptId attempt, long until, Effects effects) {
    held.cut(attempt, until);
    reports.say(attempt, new Retracted(attempt, until), effects);
    held.ended(attempt);
  }

  private void remove(Chunk chunk, Effects effects) {
    chunks.remove(chunk.attempt());
    held.ended(chunk.attempt());
    if (!chunk.largeInputs().isEmpty()) {
      effects.releaseInputs(chunk.attempt());
    }
  }

  // How they fail

  private void chunkLost(Process process, Chunk chunk, ProcessEnd end, Effects effects) {
    AttemptId attempt = chunk.attempt();
    boolean wanted = held.has(attempt) && process.death != Death.UNWANTED;
    long taken = chunk.handed ? chunk.from() + end.taken() : chunk.from();
    boolean allReported = taken <= chunk.reportedUntil;
    if (wanted && process.loadFailure != null) {
      reports.say(
          attempt, new AttemptFailed(attempt, -1, chunk.from(), process.loadFailure), effects);
    } else if (wanted
        && (process.death == Death.DRAIN
            || process.death == Death.STOPPED
            || (process.death == Death.TIMEOUT && allReported))) {
      giveBack(attempt, chunk.reportedUntil, effects);
    } else if (wanted && chunk.reportedUntil < chunk.until) {
      long suspect = allReported || takesManyAtOnce(chunk.job) ? -1 : taken - 1;
      Failure failure = process.death == Death.TIMEOUT ? timeout(chunk.job.spec) : end.failure();
      reports.say(
          attempt,
          new AttemptFailed(attempt, suspect, Math.max(taken, chunk.reportedUntil), failure),
          effects);
    }
    remove(chunk, effects);
  }

  private void stepLost(Process process, Step step, ProcessEnd end, Effects effects) {
    AttemptId attempt = step.order.attempt();
    if (steps.remove(attempt) == null) {
      return;
    }
    if (process.death == Death.DRAIN) {
      giveBack(attempt, 0, effects);
    } else if (process.death != Death.UNWANTED) {
      Failure failure = process.loadFailure != null ? process.loadFailure : end.failure();
      reports.say(attempt, new StepFailed(attempt, failure), effects);
    }
    held.ended(attempt);
  }

  private void stepEnded(
      ProcessId id, AttemptId attempt, io.muster.protocol.ToCoordinator said, Effects effects) {
    Process process = processes.get(id);
    Step step = process == null || process.death != null ? null : steps.remove(attempt);
    if (process == null || step == null) {
      return;
    }
    reports.say(attempt, said, effects);
    held.ended(attempt);
    processes.kill(process, Death.UNWANTED, effects);
    clearUp(step.job, effects);
    leaveIfDone(effects);
  }

  private void failWaiting(Chunk chunk, Failure failure, Effects effects) {
    AttemptId attempt = chunk.attempt();
    reports.say(attempt, new AttemptFailed(attempt, -1, chunk.from(), failure), effects);
    remove(chunk, effects);
  }

  private void failUnknownJob(Assign assign, Effects effects) {
    reports.say(
        assign.attempt(),
        new AttemptFailed(assign.attempt(), -1, assign.interval().from(), unknownJob(assign.job())),
        effects);
    held.ended(assign.attempt());
  }

  private static Failure unknownJob(JobId job) {
    return Failure.of(FailureKind.LOST, "the worker was not told what job " + job + " is");
  }

  private static Failure timeout(JobSpec spec) {
    return Failure.of(
        FailureKind.TIMEOUT, "ran longer than the job's time-out of " + seconds(spec));
  }

  private static String seconds(JobSpec spec) {
    java.time.Duration timeout = spec.policy().timeout();
    return timeout == null ? "nothing" : timeout.toMillis() / 1000.0 + " s";
  }

  private static boolean takesManyAtOnce(Job job) {
    return job.spec.program() instanceof Program.Java java
        && java.shape() == Program.Shape.COMBINING_RANGE;
  }

  // Files and the end

  private void fetch(Chunk chunk, Effects effects) {
    fetchFiles(chunk.job, effects);
    if (!chunk.inputsThere) {
      effects.fetchInputs(chunk.attempt(), chunk.largeInputs());
    }
  }

  private static void fetchFiles(Job job, Effects effects) {
    if (job.files == Job.Files.NOT_ASKED) {
      job.files = Job.Files.COMING;
      effects.fetchFiles(job.id, job.spec);
    }
  }

  private static void releaseFiles(Job job, Effects effects) {
    if (job.files != Job.Files.NOT_ASKED) {
      job.files = Job.Files.NOT_ASKED;
      effects.releaseFiles(job.id);
    }
  }

  private boolean isInUse(Job job) {
    return chunks.values().stream().anyMatch(chunk -> chunk.job == job)
        || steps.values().stream().anyMatch(step -> step.job == job)
        || io.uses(job);
  }

  private void forgetAnUnusedSpec(Effects effects) {
    for (Iterator<Job> all = jobs.values().iterator(); all.hasNext(); ) {
      Job job = all.next();
      if (!isInUse(job)) {
        all.remove();
        releaseFiles(job, effects);
        processes.jobOver(job.id, null, effects);
        return;
      }
    }
  }

  private void dropEverything(Effects effects) {
    for (Process process : processes.all()) {
      process.chunk = null;
      process.step = null;
      processes.kill(process, Death.UNWANTED, effects);
    }
    for (Chunk chunk : List.copyOf(chunks.values())) {
      remove(chunk, effects);
    }
    io.dropEverything(effects);
    for (Job job : jobs.values()) {
      releaseFiles(job, effects);
    }
    steps.clear();
    jobs.clear();
    held.clear();
    reports.clear();
    effects.forgetSaid();
  }

  private void leaveIfDone(Effects effects) {
    if (draining
        && !left
        && chunks.isEmpty()
        && steps.isEmpty()
        && io.isEmpty()
        && reports.allSaid()) {
      left = true;
      reports.sayNow(new Leaving(), effects);
      effects.leave();
    }
  }
}
