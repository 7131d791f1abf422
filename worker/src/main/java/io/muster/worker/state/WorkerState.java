package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Draining;
import io.muster.protocol.ToCoordinator.Holding;
import io.muster.protocol.ToCoordinator.Leaving;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.ToCoordinator.StepFailed;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.ToWorker.RunStep;
import io.muster.protocol.Values;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a worker knows and decides. One method per happening; each moves the state on at once
 * and tells {@link Effects} what follows. Called by one thread at a time, the engine's, and not
 * bound to any link: links come and go.
 *
 * <p>What runs is of three sorts, each with a part of its own: chunks that take slots ({@link
 * SlotWork}), steps ({@link StepWork}) and chunks of I/O tasks ({@link IoWork}).
 */
public final class WorkerState {
  /** Specs of jobs that are over, kept because a job may be run again. */
  private static final int SPECS_KEPT = 1_000;

  private final long taskMemory;
  private final long ioMemory;
  private final Processes processes;
  private final Held held = new Held();
  private final Reports reports = new Reports(held);
  private final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final SlotWork chunks;
  private final StepWork steps;
  private final IoWork io;

  private @Nullable String journal;
  private long epoch;
  private boolean draining;
  private boolean left;

  /**
   * @param taskMemory bytes of one slot
   * @param ioMemory bytes of a process for I/O tasks
   */
  public WorkerState(int slots, long taskMemory, long ioMemory) {
    this.taskMemory = taskMemory;
    this.ioMemory = ioMemory;
    this.processes = new Processes(slots, taskMemory);
    this.chunks = new SlotWork(slots, processes, held, reports);
    this.steps = new StepWork(processes, held, reports);
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
    keepSpare(effects);
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
    keepSpare(effects);
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
      jobs.put(id, new Job(id, spec, taskMemory, ioMemory));
    }
    if (jobs.size() > SPECS_KEPT) {
      forgetAnUnusedSpec(effects);
    }
  }

  /** Its coordinator has lost it and given its number to another job. */
  private void forget(Job job, Effects effects) {
    List<AttemptId> attempts =
        Stream.of(chunks.attemptsOf(job), steps.attemptsOf(job), io.attemptsOf(job))
            .flatMap(List::stream)
            .toList();
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
    long from = assign.interval().from();
    if (job == null) {
      reports.sayLast(
          attempt, new AttemptFailed(attempt, -1, from, unknownJob(assign.job())), effects);
    } else if (draining) {
      reports.giveBack(attempt, from, effects);
    } else {
      job.over = false;
      fetchFiles(job, effects);
      if (job.spec.program().isIo()) {
        io.assigned(assign, job, effects);
      } else {
        chunks.assigned(assign, job, effects);
        dispatch(effects);
      }
    }
  }

  /** The tail of a chunk is wanted back; I/O tasks have all begun. */
  public void retractAsked(AttemptId attempt, int keepPermille, Effects effects) {
    chunks.retractAsked(attempt, keepPermille, effects);
    dispatch(effects);
  }

  /**
   * One task is not wanted any more; the others of its chunk are.
   *
   * @param onlyWaiting if it runs, it is left to finish
   */
  public void stopAsked(AttemptId attempt, long index, boolean onlyWaiting, Effects effects) {
    io.stopAsked(attempt, index, onlyWaiting, effects);
    chunks.stopAsked(attempt, index, onlyWaiting, effects);
    dispatch(effects);
  }

  /**
   * An attempt is not wanted any more, nor what the coordinator can't know to be divided off it.
   */
  public void revoked(AttemptId attempt, Effects effects) {
    for (AttemptId each : held.revoked(attempt)) {
      Job ioJob = io.jobOf(each);
      reports.revoked(io.assignmentOf(each), each);
      io.revoked(each, effects);
      chunks.revoked(each, effects);
      steps.revoked(each, effects);
      if (ioJob != null) {
        clearUp(ioJob, effects);
      }
    }
    leaveIfDone(effects);
  }

  /** A split, a combine or a reduce to run. */
  public void stepAsked(RunStep order, Effects effects) {
    Job job = jobs.get(order.job());
    AttemptId attempt = order.attempt();
    if (held.has(attempt)) {
      return;
    }
    held.taken(attempt, order.job(), new Interval(0, 1));
    if (draining) {
      reports.giveBack(attempt, 0, effects);
    } else if (job == null) {
      reports.sayLast(attempt, new StepFailed(attempt, unknownJob(order.job())), effects);
    } else {
      steps.asked(order, job);
      fetchFiles(job, effects);
      steps.start(effects);
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
    keepSpare(effects);
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
      steps.start(effects);
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
    chunks.filesMissing(job, failure, effects);
    steps.filesMissing(job, failure, effects);
    dispatch(effects);
  }

  /** A chunk's large inputs are here. */
  public void inputsThere(AttemptId attempt, Effects effects) {
    io.inputsThere(attempt, effects);
    chunks.inputsThere(attempt);
    dispatch(effects);
  }

  /** A chunk's large inputs can't be brought here. */
  public void inputsMissing(AttemptId attempt, Failure failure, Effects effects) {
    io.inputsMissing(attempt, failure, effects);
    chunks.inputsMissing(attempt, failure, effects);
    dispatch(effects);
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
    Process process = processes.living(id);
    if (process != null) {
      process.stage = Process.Stage.BLANK;
      processes.loadIfWanted(process, effects);
    }
  }

  /** The process has its program. */
  public void loaded(ProcessId id, Effects effects) {
    Process process = processes.living(id);
    if (process == null || process.stage != Process.Stage.LOADING) {
      return;
    }
    processes.wentWell();
    process.stage = Process.Stage.IDLE;
    if (process.chunk != null) {
      chunks.handOver(process, process.chunk, effects);
    } else if (process.step != null) {
      steps.handOver(process, process.step, effects);
    }
  }

  /** The process has forgotten the program of a job that is over. */
  public void unloaded(ProcessId id, Effects effects) {
    Process process = processes.living(id);
    if (process != null && process.stage == Process.Stage.UNLOADING) {
      process.stage = Process.Stage.BLANK;
      processes.loadIfWanted(process, effects);
      if (process.isFree()) {
        effects.remind(id, process.jobs, Processes.KEPT_CLEARED);
        dispatch(effects);
      }
    }
  }

  /**
   * A process was kept for a while, with nothing to do if the {@link Effects#remind reminder} is
   * its last one.
   */
  public void idleForLong(ProcessId id, int times, Effects effects) {
    io.idleForLong(id, times, effects);
    Process process = processes.get(id);
    if (process != null && process.isFree() && process.code != null && process.jobs == times) {
      processes.kill(process, Death.UNWANTED, effects);
    }
  }

  /** The process cannot load the program, and ends. */
  public void loadFailed(ProcessId id, Failure failure, Effects effects) {
    Process process = processes.living(id);
    if (process != null) {
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
    leaveIfDone(effects);
  }

  /** In an I/O process something of this job was printed. */
  public void ioPrinted(
      JobId job, long index, int tryNumber, LogStream stream, byte[] bytes, Effects effects) {
    reports.sayNow(new Logged(job, index, tryNumber, stream, bytes), effects);
  }

  /** In an I/O process the tasks of an attempt have begun; said of those jobs that have a rate. */
  public void ioBegun(AttemptId attempt, Effects effects) {
    io.begun(attempt, effects);
  }

  /** From index {@code at} on, an attempt of I/O tasks is {@code rest}. */
  public void ioDivided(
      ProcessId id, JobId job, AttemptId attempt, long at, AttemptId rest, Effects effects) {
    io.divided(id, job, attempt, at, rest, effects);
  }

  /** The process says how tasks ended. */
  public void reported(ProcessId id, Outcomes outcomes, Effects effects) {
    Job ioJob = io.jobOf(outcomes.attempt());
    if (ioJob == null) {
      chunks.reported(outcomes, effects);
    } else {
      io.reported(outcomes, effects);
      clearUp(ioJob, effects);
      leaveIfDone(effects);
    }
  }

  /**
   * A process printed something.
   *
   * @return whether it is known whose it is
   */
  public boolean printed(
      ProcessId id, long index, int tryNumber, LogStream stream, byte[] bytes, Effects effects) {
    Process process = processes.get(id);
    JobId job = process == null ? io.onlyJobIn(id) : process.job;
    if (job != null) {
      reports.sayNow(new Logged(job, index, tryNumber, stream, bytes), effects);
    }
    return job != null;
  }

  /** All tasks of the chunk that the process took are reported. */
  public void chunkEnded(ProcessId id, AttemptId attempt, Effects effects) {
    Process process = processes.get(id);
    Chunk chunk = process == null ? null : chunks.ended(process, attempt, effects);
    if (chunk != null) {
      clearUp(chunk.job, effects); // its last results may be there before the chunk's end is
      dispatch(effects);
      leaveIfDone(effects);
    }
  }

  /** A step is done. */
  public void stepSucceeded(ProcessId id, AttemptId attempt, Values result, Effects effects) {
    stepEnded(id, attempt, new StepSucceeded(attempt, result), effects);
  }

  /** A step threw, or what it read or wrote failed. */
  public void stepFailed(ProcessId id, AttemptId attempt, Failure failure, Effects effects) {
    stepEnded(id, attempt, new StepFailed(attempt, failure), effects);
  }

  private void stepEnded(ProcessId id, AttemptId attempt, ToCoordinator said, Effects effects) {
    Process process = processes.get(id);
    Step step = process == null ? null : steps.ended(process, attempt, said, draining, effects);
    if (step != null) {
      clearUp(step.job, effects);
      leaveIfDone(effects);
    }
  }

  /** What a step reads or writes is out of reach: it is to be run again, on nobody's account. */
  public void stepCutOff(ProcessId id, AttemptId attempt, Effects effects) {
    Process process = processes.get(id);
    if (process != null) {
      steps.cutOff(process, attempt, effects);
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
    io.ended(id, end, effects);
    Process process = processes.get(id);
    if (process != null) {
      processes.ended(process);
      if (process.chunk != null) {
        chunks.lost(process, process.chunk, end, effects);
      }
      if (process.step != null) {
        steps.lost(process, process.step, end, effects);
      }
      dispatch(effects);
    }
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
    chunks.drain(effects);
    steps.drain(effects);
    processes.endIdle(effects);
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
    return chunks.busySlots();
  }

  public int waitingChunks() {
    return chunks.waiting();
  }

  /** I/O tasks that are here and have not been reported. */
  public long ioTasks() {
    return io.tasks();
  }

  public int processes() {
    return processes.size() + io.processes();
  }

  private void dispatch(Effects effects) {
    if (draining) {
      return;
    }
    chunks.dispatch(effects);
    if (journal != null && chunks.wearsProcessesOut()) {
      processes.keepSpare(effects);
    }
  }

  /**
   * Where a slot is free, a process is started ahead. While warm ones have all slots, it would only
   * take their time.
   */
  private void keepSpare(Effects effects) {
    if (!draining && journal != null && chunks.hasFreeSlot()) {
      processes.keepSpare(effects);
    }
  }

  private static Failure unknownJob(JobId job) {
    return Failure.of(FailureKind.LOST, "the worker was not told what job " + job + " is");
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
    return chunks.uses(job) || steps.uses(job) || io.uses(job);
  }

  private void forgetAnUnusedSpec(Effects effects) {
    for (Iterator<Job> all = jobs.values().iterator(); all.hasNext(); ) {
      Job job = all.next();
      if (!isInUse(job)) {
        all.remove();
        releaseFiles(job, effects);
        processes.jobOver(job.id, null, effects);
        io.jobOver(job.id, effects);
        return;
      }
    }
  }

  private void dropEverything(Effects effects) {
    processes.dropEverything(effects);
    chunks.dropEverything(effects);
    steps.dropEverything();
    io.dropEverything(effects);
    for (Job job : jobs.values()) {
      releaseFiles(job, effects);
    }
    jobs.clear();
    held.clear();
    reports.clear();
    effects.forgetSaid();
  }

  private void leaveIfDone(Effects effects) {
    boolean idle = chunks.isEmpty() && steps.isEmpty() && io.isEmpty();
    if (draining && !left && idle && reports.allSaid()) {
      left = true;
      reports.sayNow(new Leaving(), effects);
      effects.leave();
    }
  }
}
