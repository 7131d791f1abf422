package io.muster.coordinator.state;

import io.muster.coordinator.state.JournalRecord.AttemptStarted;
import io.muster.coordinator.state.JournalRecord.ChunkAssigned;
import io.muster.coordinator.state.JournalRecord.ChunkBroken;
import io.muster.coordinator.state.JournalRecord.ChunkCut;
import io.muster.coordinator.state.JournalRecord.ChunkDivided;
import io.muster.coordinator.state.JournalRecord.EpochOpened;
import io.muster.coordinator.state.JournalRecord.InputsAppended;
import io.muster.coordinator.state.JournalRecord.InputsClosed;
import io.muster.coordinator.state.JournalRecord.JobEnded;
import io.muster.coordinator.state.JournalRecord.JobForgotten;
import io.muster.coordinator.state.JournalRecord.JobRetried;
import io.muster.coordinator.state.JournalRecord.JobStarted;
import io.muster.coordinator.state.JournalRecord.JobSubmitted;
import io.muster.coordinator.state.JournalRecord.LoadDied;
import io.muster.coordinator.state.JournalRecord.StepAssigned;
import io.muster.coordinator.state.JournalRecord.StepBroken;
import io.muster.coordinator.state.JournalRecord.StepSucceeded;
import io.muster.coordinator.state.JournalRecord.TasksEnded;
import io.muster.coordinator.state.JournalRecord.WorkerDraining;
import io.muster.coordinator.state.JournalRecord.WorkerLost;
import io.muster.coordinator.state.JournalRecord.WorkerRegistered;
import io.muster.coordinator.state.JournalRecord.WorkerRemoved;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the journal's records add up to. Only {@link #apply} moves it; it decides nothing. */
final class Ledger {
  final List<EpochOpened> epochs = new ArrayList<>();
  final TreeMap<JobId, Job> jobs = new TreeMap<>();
  final Map<String, JobId> requests = new HashMap<>();
  final Map<WorkerId, ConnectedWorker> workers = new LinkedHashMap<>();
  final Map<String, ConnectedWorker> incarnations = new HashMap<>();
  final Map<AttemptId, Attempt> attempts = new HashMap<>();
  final Touched touched = new Touched();
  long lastJob;
  long lastWorker;

  /** Attempts of this epoch so far; begins anew with each. */
  long lastAttempt;

  /** The time of the call that is being decided; unknown while records are replayed. */
  long now;

  long epoch() {
    return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).epoch();
  }

  @Nullable String journal() {
    return epochs.isEmpty() ? null : epochs.get(epochs.size() - 1).journal();
  }

  Job job(JobId id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw new IllegalStateException("the journal names job " + id + ", which it does not have");
    }
    return job;
  }

  ConnectedWorker worker(WorkerId id) {
    ConnectedWorker worker = workers.get(id);
    if (worker == null) {
      throw new IllegalStateException("the journal names " + id + ", which it does not have");
    }
    return worker;
  }

  private Attempt attempt(AttemptId id) {
    Attempt attempt = attempts.get(id);
    if (attempt == null) {
      throw new IllegalStateException("the journal names attempt " + id + ", which is not out");
    }
    return attempt;
  }

  /** Whether it is about a job that belongs to a client's session. */
  boolean isOfSession(JournalRecord record) {
    Job job = null;
    if (record instanceof JournalRecord.OfJob named) {
      job = jobs.get(named.job());
    } else if (record instanceof JournalRecord.OfAttempt named) {
      Attempt attempt = attempts.get(named.attempt());
      job = attempt == null ? null : attempt.job;
    }
    return job != null && job.spec.isOfSession();
  }

  /** Moves on by a record of an earlier epoch: with that its sessions ended. */
  void replay(JournalRecord record) {
    if (record instanceof JobSubmitted submitted && submitted.spec().isOfSession()) {
      lastJob = Math.max(lastJob, submitted.job().value());
    } else {
      apply(record);
    }
  }

  void apply(JournalRecord record) {
    if (record instanceof TasksEnded ended) {
      tasksEnded(ended);
    } else if (record instanceof ChunkAssigned assigned) {
      Job job = job(assigned.job());
      ConnectedWorker worker = worker(assigned.worker());
      attemptOut(new Attempt(assigned.attempt(), job, worker, null, assigned.interval(), now));
    } else if (record instanceof AttemptStarted started) {
      started(attempt(started.attempt()));
    } else if (record instanceof ChunkCut cut) {
      chunkCut(cut);
    } else if (record instanceof ChunkDivided divided) {
      chunkDivided(divided);
    } else if (record instanceof ChunkBroken broken) {
      chunkBroken(broken);
    } else if (record instanceof LoadDied died) {
      job(died.job()).loadDeaths = died.times();
    } else if (record instanceof StepAssigned assigned) {
      Job job = job(assigned.job());
      ConnectedWorker worker = worker(assigned.worker());
      attemptOut(
          new Attempt(assigned.attempt(), job, worker, assigned.step(), new Interval(0, 1), now));
    } else if (record instanceof StepSucceeded succeeded) {
      stepSucceeded(attempt(succeeded.attempt()));
    } else if (record instanceof StepBroken broken) {
      Attempt step = attempt(broken.attempt());
      step.job.stepDeaths += broken.death() ? 1 : 0;
      attemptOver(step);
    } else {
      applyToJobsAndWorkers(record);
    }
  }

  private void applyToJobsAndWorkers(JournalRecord record) {
    if (record instanceof JobSubmitted submitted) {
      submitted(submitted);
    } else if (record instanceof InputsAppended appended) {
      job(appended.job()).appended(appended.from(), appended.sizes());
      touched.job(job(appended.job()));
    } else if (record instanceof InputsClosed closed) {
      job(closed.job()).inputsClosed = true;
      touched.job(job(closed.job()));
    } else if (record instanceof JobStarted started) {
      job(started.job()).started = started.at();
    } else if (record instanceof JobEnded ended) {
      jobEnded(ended);
    } else if (record instanceof JobRetried retried) {
      retried(job(retried.job()));
    } else if (record instanceof JobForgotten forgotten) {
      Job job = job(forgotten.job());
      jobs.remove(job.id);
      job.stages.forEach(stage -> jobs.remove(stage.id));
      requests.remove(job.spec.requestId(), job.id);
    } else if (record instanceof WorkerRegistered registered) {
      workerRegistered(registered);
    } else if (record instanceof WorkerDraining draining) {
      worker(draining.worker()).draining = true;
      touched.worker(worker(draining.worker()));
    } else if (record instanceof WorkerLost lost) {
      worker(lost.worker()).lost = true;
      touched.worker(worker(lost.worker()));
    } else if (record instanceof WorkerRemoved removed) {
      ConnectedWorker worker = worker(removed.worker());
      workers.remove(worker.id);
      incarnations.remove(worker.incarnation, worker);
      worker.loads.values().forEach(load -> load.job.loads.remove(worker.id));
      touched.worker(worker);
    } else if (record instanceof EpochOpened opened) {
      epochs.add(opened);
    } else {
      throw new IllegalStateException("a record that nobody applies: " + record);
    }
  }

  private void submitted(JobSubmitted submitted) {
    Job job = new Job(submitted.job(), submitted.spec(), submitted.sizes(), submitted.at());
    add(job);
    if (job.spec.program() instanceof Program.Pipeline pipeline) {
      for (int k = 0; k < pipeline.stages().size(); k++) {
        JobSpec spec = stageSpec(job, pipeline.stages().get(k), k);
        InputSizes sizes = k == 0 ? submitted.sizes() : new InputSizes();
        add(new Job(JobSubmitted.stageId(job.id, k), spec, sizes, submitted.at()));
      }
      joinStages(job);
    }
  }

  private static JobSpec stageSpec(Job whole, Program.Pipeline.Stage stage, int number) {
    return new JobSpec(
        "",
        stage.name(),
        whole.spec.user(),
        stage.program(),
        number == 0 ? whole.spec.inputs() : new Inputs.Open(),
        stage.policy(),
        "",
        new JobSpec.PartOf(whole.id, stage.name(), number));
  }

  /** The stages of a pipeline, all of which were added, know it and each other from now on. */
  void joinStages(Job whole) {
    if (whole.spec.program() instanceof Program.Pipeline pipeline) {
      List<Job> stages = new ArrayList<>();
      for (int k = 0; k < pipeline.stages().size(); k++) {
        Job stage = job(JobSubmitted.stageId(whole.id, k));
        stage.stage = new Stage(stage, whole, k);
        stages.add(stage);
      }
      whole.stages = List.copyOf(stages);
    }
  }

  /** A stage that has more to do, and all behind it, which get more inputs, go on. */
  private void retried(Job job) {
    boolean goesOn = false;
    for (Job stage : job.stages) {
      goesOn |= stage.end != JobState.SUCCEEDED;
      if (goesOn) {
        stage.retried();
        Job before = stage.stage == null ? null : stage.stage.before();
        stage.inputsClosed = before == null ? stage.inputsClosed : before.hasEnded();
        touched.job(stage);
      }
    }
    job.retried();
    touched.job(job);
  }

  void add(Job job) {
    jobs.put(job.id, job);
    lastJob = Math.max(lastJob, job.id.value());
    if (!job.spec.requestId().isEmpty()) {
      requests.put(job.spec.requestId(), job.id);
    }
    touched.job(job);
  }

  private void workerRegistered(WorkerRegistered facts) {
    ConnectedWorker worker = workers.get(facts.worker());
    if (worker == null) {
      add(new ConnectedWorker(facts));
    } else {
      worker.draining = facts.draining();
      worker.lost = false;
    }
    touched.worker(worker(facts.worker()));
  }

  void add(ConnectedWorker worker) {
    workers.put(worker.id, worker);
    incarnations.put(worker.incarnation, worker);
    lastWorker = Math.max(lastWorker, Long.parseLong(worker.id.value().substring(1)));
  }

  void attemptOut(Attempt attempt) {
    attempts.put(attempt.id, attempt);
    attempt.worker.attempts.put(attempt.id, attempt);
    if (attempt.step != null) {
      attempt.job.step = attempt;
      attempt.worker.step = attempt;
    } else if (attempt.job.isIo) {
      ioChunkOut(attempt);
    } else {
      attempt.job.chunkOut(attempt);
      attempt.worker.lease(attempt.job).chunks++;
    }
    touched.job(attempt.job);
  }

  private void ioChunkOut(Attempt chunk) {
    IoLoad load = chunk.worker.load(chunk.job);
    chunk.load = load;
    chunk.atMost = chunk.job.tasks.suspicions.atMost(chunk.next);
    chunk.job.chunkOut(chunk);
    load.out(chunk);
    touched.worker(chunk.worker);
  }

  private void started(Attempt attempt) {
    attempt.job.pace.underWay();
    if (attempt.load != null && !attempt.started) {
      attempt.load.started(attempt);
      if (attempt.job.pace.isLimited()) {
        touched.job(attempt.job); // its worker may have more of it now
      }
    }
    attempt.started = true;
  }

  /** So many tasks of it have ended, or are taken from it. */
  private void ended(Attempt chunk, long tasks) {
    if (chunk.load != null) {
      chunk.load.ended(chunk, tasks);
      touched.worker(chunk.worker);
    }
  }

  /** Nothing of it is out any more. */
  private void attemptOver(Attempt attempt) {
    attempts.remove(attempt.id);
    attempt.worker.attempts.remove(attempt.id);
    if (attempt.step != null) {
      attempt.job.step = null;
      attempt.worker.step = null;
    } else if (!attempt.job.isIo) {
      Lease lease = attempt.worker.lease(attempt.job);
      lease.chunks--;
      attempt.job.servedBy = attempt.job.hasEnded() ? null : attempt.worker;
      touched.lease(lease);
    }
    touched.job(attempt.job);
  }

  private void tasksEnded(TasksEnded ended) {
    Attempt chunk = attempt(ended.attempt());
    Job job = chunk.job;
    long base = ended.interval().from();
    long at = base;
    int[] failed = ended.failed();
    int[] retried = ended.retried();
    int[] died = ended.died();
    int f = 0;
    int r = 0;
    int d = 0;
    while (f < failed.length || r < retried.length || d < died.length) {
      int nextFailed = f < failed.length ? failed[f] : Integer.MAX_VALUE;
      int nextRetried = r < retried.length ? retried[r] : Integer.MAX_VALUE;
      int nextDied = d < died.length ? died[d] : Integer.MAX_VALUE;
      int next = Math.min(nextFailed, Math.min(nextRetried, nextDied));
      job.tasks.succeed(at, base + next);
      if (next == nextFailed) {
        job.tasks.fail(base + next);
        f++;
      } else {
        job.tasks.pause(base + next, next == nextDied);
        r += next == nextRetried ? 1 : 0;
        d += next == nextDied ? 1 : 0;
      }
      at = base + next + 1;
    }
    job.tasks.succeed(at, ended.interval().until());
    job.loadDeaths = 0;
    job.sizing.measured(ended.interval().size(), ended.elapsedNanos());
    job.unwanted.remove(ended.interval());
    chunk.progressAt = now;
    job.chunkMoved(chunk, ended.interval().until());
    job.trim();
    touched.job(job);
    ended(chunk, ended.interval().size());
    if (!job.isIo) {
      touched.lease(chunk.worker.lease(job)); // known durations let it send ahead
    }
    if (chunk.remaining() == 0) {
      attemptOver(chunk);
    }
  }

  /** All pauses begin again: the coordinator that knew their ends is gone. */
  void pausesBegin() {
    for (Job job : jobs.values()) {
      job.pauses.clear();
      for (Interval run : job.tasks.pausing.runs()) {
        for (long index = run.from(); index < run.until(); index++) {
          job.pauseBegins(index, now, 0);
        }
      }
    }
  }

  private void chunkCut(ChunkCut cut) {
    Attempt chunk = attempt(cut.attempt());
    long until = Math.max(chunk.next, cut.until());
    long tail = chunk.until;
    chunk.job.tasks.takeBack(until, tail);
    chunk.until = until;
    ended(chunk, tail - until);
    if (until == chunk.next) {
      chunk.job.chunkMoved(chunk, until);
      attemptOver(chunk);
    }
    chunk.job.leaveOutUnwanted(until, tail);
    touched.job(chunk.job);
  }

  private void chunkDivided(ChunkDivided divided) {
    Attempt chunk = attempt(divided.attempt());
    Interval tail = new Interval(divided.at(), chunk.until);
    Attempt rest = new Attempt(divided.rest(), chunk.job, chunk.worker, null, tail, now);
    rest.assignedAt = chunk.assignedAt;
    rest.started = chunk.started;
    rest.atMost = chunk.atMost;
    rest.load = chunk.load;
    chunk.until = divided.at();
    chunk.job.chunkDivided(rest);
    attempts.put(rest.id, rest);
    rest.worker.attempts.put(rest.id, rest);
  }

  private void chunkBroken(ChunkBroken broken) {
    Attempt chunk = attempt(broken.attempt());
    Job job = chunk.job;
    long from = chunk.next;
    long remaining = chunk.remaining();
    job.chunkBack(chunk);
    ended(chunk, remaining);
    long suspect = broken.suspect();
    for (long index = from; index < broken.takenUntil(); index++) {
      if (index != suspect) {
        job.tasks.tries.add(index);
      }
    }
    if (broken.halvedUntil() > from) {
      Interval suspects = new Interval(from, broken.halvedUntil());
      long atMost = broken.atMost() > 0 ? broken.atMost() : (suspects.size() + 1) / 2;
      job.tasks.suspicions.suspect(suspects, atMost);
    }
    job.leaveOutUnwanted(from, from + remaining);
    if (suspect >= 0 && !job.tasks.cancelled.contains(suspect)) {
      job.tasks.waiting.remove(suspect);
      if (broken.failed()) {
        job.tasks.fail(suspect);
      } else {
        job.tasks.pause(suspect, broken.death());
      }
    }
    attemptOver(chunk);
  }

  private void stepSucceeded(Attempt step) {
    if (step.step == Step.SPLIT) {
      step.job.inputsClosed = true;
    } else {
      step.job.stepDone = true;
    }
    step.job.stepDeaths = 0;
    attemptOver(step);
  }

  private void jobEnded(JobEnded ended) {
    Job job = job(ended.job());
    List<Attempt> out = new ArrayList<>();
    job.chunks().forEach(out::add);
    for (Attempt chunk : out) {
      long remaining = chunk.remaining();
      job.chunkBack(chunk);
      ended(chunk, remaining);
      attemptOver(chunk);
    }
    job.loads.values().forEach(load -> load.worker.loads.remove(job.id));
    job.loads.clear();
    if (job.step != null) {
      attemptOver(job.step);
    }
    job.ended(ended.state(), ended.error(), ended.at());
    touched.job(job);
  }
}
