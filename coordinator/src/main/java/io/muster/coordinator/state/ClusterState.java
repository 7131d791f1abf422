package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Draining;
import io.muster.protocol.ToCoordinator.Holding;
import io.muster.protocol.ToCoordinator.Leaving;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToCoordinator.StepFailed;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.WorkerId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the coordinator knows and decides. One method per happening; each moves the state on at
 * once and tells {@link Effects} what follows. Replay gives the journal's records to {@link
 * #replayed} instead, which has no effects.
 *
 * <p>Owned by one thread. After every call {@link #nextTick} says when {@link #tick} is wanted.
 */
public final class ClusterState {

  final Ledger ledger;
  private final JobEnds ends = new JobEnds();
  private final Chunks chunks = new Chunks(ends);
  private final Steps steps = new Steps(ends);
  final Placement placement = new Placement();
  final IoPlacement ioPlacement = new IoPlacement();
  private final Rates rates = new Rates();
  private final Registrations registrations = new Registrations(chunks, steps, placement);
  private final Rebalancing rebalancing = new Rebalancing(placement);
  private final TailSharing tailSharing = new TailSharing(placement);
  private final Set<Job> pausing = new LinkedHashSet<>();

  /** A state of nothing: an empty journal. */
  public ClusterState() {
    this(new Ledger());
  }

  private ClusterState(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The state that gave this snapshot; records written after it are {@link #replayed} next. */
  public static ClusterState restored(ClusterSnapshot snapshot) {
    return new ClusterState(Snapshots.restored(snapshot));
  }

  /** All that must be known to go on, without bytes of users. */
  public ClusterSnapshot snapshot() {
    return Snapshots.of(ledger);
  }

  /** Moves on by a record of the journal; in order, before {@link #epochOpened}. */
  public void replayed(JournalRecord record) {
    ledger.replay(record);
  }

  /** The journal's id, or null when it has no record yet. */
  public @Nullable String journal() {
    return ledger.journal();
  }

  /** The last epoch that was opened; 0 when none was. */
  public long epoch() {
    return ledger.epoch();
  }

  /** The epochs so far, with the journal's sequence number each began at, ascending. */
  public List<JournalRecord.EpochOpened> epochs() {
    return List.copyOf(ledger.epochs);
  }

  /**
   * This coordinator takes office: the last call before the others. What workers held is held back
   * for them, for at most 30 s.
   *
   * @param epoch one more than {@link #epoch()}
   * @param journal as {@link #journal()}, or a new random one
   * @param firstSequence the sequence number that the record of this call will take
   */
  public void epochOpened(
      long epoch, String journal, long firstSequence, Now now, Effects effects) {
    Turn turn = new Turn(ledger, now, effects);
    ledger.lastAttempt = 0;
    turn.record(new JournalRecord.EpochOpened(epoch, journal, firstSequence, now.wallMillis()));
    registrations.epochOpened(turn);
    ledger.pausesBegin();
    ledger.jobs.values().forEach(job -> job.pace.empty(turn.nanos()));
    ledger.jobs.values().forEach(ledger.touched::job);
    settle(turn);
  }

  /**
   * A job is submitted; its inputs, if it has listed ones, are stored. The same {@code requestId}
   * again gives the same job.
   *
   * @param sizes of listed inputs, and of those that an open job begins with; empty otherwise
   * @throws Refusal.BadValue when the parts of the spec do not fit together
   */
  public JobId submitted(JobSpec spec, InputSizes sizes, Now now, Effects effects) {
    JobId before = ledger.requests.get(spec.requestId());
    if (before != null) {
      return before;
    }
    Submissions.check(spec, sizes);
    Turn turn = new Turn(ledger, now, effects);
    JobId job = new JobId(ledger.lastJob + 1);
    turn.record(new JournalRecord.JobSubmitted(job, spec, sizes.copy(), now.wallMillis()));
    settle(turn);
    return job;
  }

  /** The job of this {@code requestId}, or null: asked before inputs are stored a second time. */
  public @Nullable JobId submission(String requestId) {
    return ledger.requests.get(requestId);
  }

  /**
   * Where the next appended input goes, to be asked before the input is stored.
   *
   * @param split the attempt whose split produced them, or null for an open job
   * @param from index of the first
   * @param count how many
   * @return how many of the {@code count} are there already and are to be left out
   * @throws Refusal.WrongState when the job takes no inputs (any more) from there, or {@code from}
   *     leaves a gap
   */
  public long appending(JobId job, @Nullable AttemptId split, long from, long count) {
    return Submissions.there(known(job), split, from, count);
  }

  /**
   * These inputs are stored.
   *
   * @param from index of the first: how many there were before
   */
  public void inputsAppended(
      JobId job, @Nullable AttemptId split, long from, InputSizes sizes, Now now, Effects effects) {
    if (Submissions.there(known(job), split, from, sizes.count()) > 0) {
      throw new IllegalStateException(
          "inputs of job " + job + " from " + from + " on are there already");
    }
    Turn turn = new Turn(ledger, now, effects);
    turn.record(new JournalRecord.InputsAppended(job, from, sizes.copy()));
    settle(turn);
  }

  /**
   * One task of a session's job is not wanted any more: it does not run, or is stopped. Nothing
   * follows when it has ended already.
   *
   * @param running whether it is stopped if a worker has it
   */
  public void taskCancelled(JobId id, long index, boolean running, Now now, Effects effects) {
    Job job = known(id);
    if (!job.spec.isOfSession()) {
      throw new Refusal.WrongState("job " + id + " belongs to no session");
    }
    Turn turn = new Turn(ledger, now, effects);
    Attempt chunk = job.chunkOf(index);
    if (job.tasks.cancelWaiting(index)) {
      ledger.touched.job(job);
    } else if (chunk != null) {
      job.unwanted.add(index);
      effects.stopTask(chunk.worker.id, chunk.id, index, running);
    }
    settle(turn);
  }

  /** No task of a session's job is begun while it is held: its client does not keep up. */
  public void held(JobId id, boolean held, Now now, Effects effects) {
    Job job = ledger.jobs.get(id);
    if (job != null && job.held != held) {
      Turn turn = new Turn(ledger, now, effects);
      job.held = held;
      ledger.touched.job(job);
      settle(turn);
    }
  }

  /** A client is gone for good, or has all that it wanted of this job: it is over and forgotten. */
  public void sessionJobOver(JobId id, Now now, Effects effects) {
    Job job = ledger.jobs.get(id);
    if (job == null) {
      return;
    }
    Turn turn = new Turn(ledger, now, effects);
    if (!job.hasEnded()) {
      ends.cancelled(turn, job);
    }
    settle(turn);
    turn.record(new JournalRecord.JobForgotten(id));
    settle(turn);
  }

  /** No more inputs will come for an open job. Closing twice is fine. */
  public void inputsClosed(JobId job, Now now, Effects effects) {
    Job open = known(job);
    if (open.stage != null || !(open.spec.inputs() instanceof Inputs.Open)) {
      throw new Refusal.WrongState("job " + job + " is not open");
    }
    if (!open.inputsClosed) {
      Turn turn = new Turn(ledger, now, effects);
      turn.record(new JournalRecord.InputsClosed(job));
      settle(turn);
    }
  }

  /**
   * A worker opens a link, for the first time or again. The answer reveals its id, so it is
   * released when the records of this call are written.
   */
  public RegistrationReply registered(Registration registration, Now now, Effects effects) {
    Turn turn = new Turn(ledger, now, effects);
    RegistrationReply reply = registrations.registered(turn, registration);
    settle(turn);
    return reply;
  }

  /** The link of this worker has been silent for too long. */
  public void workerLost(WorkerId worker, Now now, Effects effects) {
    ConnectedWorker silent = ledger.workers.get(worker);
    if (silent != null && silent.linked) {
      Turn turn = new Turn(ledger, now, effects);
      registrations.lost(turn, silent);
      settle(turn);
    }
  }

  /** A worker says something over its link; each item once, in order. */
  public void received(WorkerId worker, ToCoordinator item, Now now, Effects effects) {
    ConnectedWorker speaker = ledger.workers.get(worker);
    if (speaker != null && speaker.linked) {
      Turn turn = new Turn(ledger, now, effects);
      said(turn, speaker, item);
      settle(turn);
    }
  }

  /** Somebody wants a worker out of service. */
  public void drainRequested(WorkerId worker, Now now, Effects effects) {
    ConnectedWorker known = ledger.workers.get(worker);
    if (known == null) {
      throw new Refusal.NoSuchWorker(worker);
    }
    if (known.lost) {
      throw new Refusal.WrongState("worker " + worker + " is lost");
    }
    Turn turn = new Turn(ledger, now, effects);
    registrations.drainRequested(turn, known);
    settle(turn);
  }

  /**
   * @throws Refusal.WrongState when it has ended otherwise
   */
  public void cancelled(JobId job, Now now, Effects effects) {
    Job going = notStage(known(job), "cancel");
    if (going.end == JobState.CANCELLED) {
      return;
    }
    if (going.hasEnded()) {
      throw new Refusal.WrongState("job " + job + " has ended already");
    }
    Turn turn = new Turn(ledger, now, effects);
    ends.cancelled(turn, going);
    settle(turn);
  }

  /**
   * All that has not succeeded runs again.
   *
   * @throws Refusal.WrongState when there is nothing to run again
   */
  public void retried(JobId job, Now now, Effects effects) {
    Job again = notStage(submitted(job), "retry");
    if (again.end == JobState.SUCCEEDED) {
      throw new Refusal.WrongState(
          "every task of job " + job + " has succeeded: there is nothing to run again");
    }
    if (!again.hasEnded() && again.sum(each -> each.tasks.failed.size()) == 0) {
      throw new Refusal.WrongState(
          "nothing of job " + job + " has failed so far: there is nothing to run again");
    }
    Turn turn = new Turn(ledger, now, effects);
    turn.record(new JournalRecord.JobRetried(job, now.wallMillis()));
    settle(turn);
  }

  /**
   * @throws Refusal.WrongState when it has not ended
   */
  public void forgotten(JobId job, Now now, Effects effects) {
    Job over = notStage(submitted(job), "forget");
    if (!over.hasEnded()) {
      throw new Refusal.WrongState("job " + job + " has not ended: cancel it first");
    }
    Turn turn = new Turn(ledger, now, effects);
    turn.record(new JournalRecord.JobForgotten(job));
    effects.forget(job);
    over.stages.forEach(stage -> effects.forget(stage.id));
    settle(turn);
  }

  /** Time has passed. */
  public void tick(Now now, Effects effects) {
    Turn turn = new Turn(ledger, now, effects);
    for (Job job : List.copyOf(pausing)) {
      IntervalSet over = job.pauses.over(turn.nanos());
      if (!over.isEmpty()) {
        job.tasks.resume(over);
        ledger.touched.job(job);
      }
    }
    rates.look(turn);
    registrations.look(turn);
    settle(turn);
    rebalancing.look(turn);
    tailSharing.look(turn);
    settle(turn);
  }

  /**
   * When {@link #tick} is wanted next, as {@link Now#monotonicNanos}, or null when nothing waits
   * for time to pass. May change with every call.
   */
  public @Nullable Long nextTick() {
    Long next = earlier(registrations.nextLook(), tailSharing.nextLook());
    next = earlier(next, rebalancing.nextLook(ledger.now));
    next = earlier(next, rates.nextLook());
    for (Job job : pausing) {
      next = earlier(next, job.pauses.firstEnd());
    }
    return next;
  }

  /**
   * The same as far as jobs wait for their rate, which is not reached if the call comes more than a
   * few milliseconds late.
   */
  public @Nullable Long nextStart() {
    return rates.nextLook();
  }

  /**
   * @throws Refusal.NoSuchJob
   */
  public JobView job(JobId job) {
    return known(job).view();
  }

  /** All jobs, by id. */
  public List<JobView> jobs() {
    return ledger.jobs.values().stream().map(Job::view).toList();
  }

  /** All workers, in the order of their first registration. */
  public List<WorkerView> workers() {
    return ledger.workers.values().stream().map(ConnectedWorker::view).toList();
  }

  /** Why the job is (not) running, or one task of it. */
  public Explanation explain(JobId job, @Nullable Long task, Now now) {
    Job asked = known(job);
    Explainer explainer = new Explainer(ledger, now);
    return task == null ? explainer.job(asked) : explainer.task(asked, task);
  }

  /** The tasks that succeeded; the caller's own copy. */
  public IntervalSet succeeded(JobId job) {
    return known(job).tasks.succeeded.copy();
  }

  /** The tasks that failed for good; the caller's own copy. */
  public IntervalSet failed(JobId job) {
    return known(job).tasks.failed.copy();
  }

  /** How many inputs the job has so far; of a pipeline, how many lines its last stage gave. */
  public long inputs(JobId job) {
    return known(job).inputCount();
  }

  /** Where what a stage or a pipeline gave is kept; null: its results are its own. */
  public @Nullable PassedOn passedOn(JobId id) {
    Job job = known(id);
    if (!job.stages.isEmpty()) {
      return Stage.linesOf(job);
    }
    return job.stage == null ? null : job.stage.passedOn();
  }

  /**
   * The jobs whose inputs lead a stage's tasks back to the lines of its pipeline, itself first;
   * none: its tasks are the lines.
   */
  public List<JobId> backToLines(JobId stage) {
    Stage place = known(stage).stage;
    return place == null ? List.of() : place.backToLines();
  }

  /** Whose inputs those are that come with a submission: of a pipeline, its first stage's. */
  public JobId inputHolder(JobId id) {
    Job job = known(id);
    return job.stages.isEmpty() ? id : job.stages.get(0).id;
  }

  /**
   * To be asked where only who submitted a job, or looks at one, may go on.
   *
   * @throws Refusal.WrongState when the job belongs to a client's session
   */
  public void requireSubmitted(JobId job) {
    submitted(job);
  }

  private static Job notStage(Job job, String verb) {
    Stage stage = job.stage;
    if (stage != null) {
      JobId whole = stage.whole().id;
      throw new Refusal.WrongState(
          "job "
              + job.id
              + " is stage '"
              + stage.name()
              + "' of pipeline "
              + whole
              + ": "
              + verb
              + " job "
              + whole);
    }
    return job;
  }

  private Job submitted(JobId id) {
    Job job = known(id);
    if (job.spec.isOfSession()) {
      throw new Refusal.WrongState(
          "job " + id + " belongs to a client's session: it goes, and comes, with its client");
    }
    return job;
  }

  private Job known(JobId id) {
    Job job = ledger.jobs.get(id);
    if (job == null) {
      throw new Refusal.NoSuchJob(id);
    }
    return job;
  }

  private void said(Turn turn, ConnectedWorker worker, ToCoordinator item) {
    if (item instanceof Outcomes outcomes) {
      Attempt chunk = chunkOf(worker, outcomes.attempt());
      if (chunk != null) {
        chunks.reported(turn, chunk, outcomes);
      }
    } else if (item instanceof Started started) {
      Attempt attempt = attemptOf(worker, started.attempt());
      if (attempt != null && !attempt.started) {
        turn.record(new JournalRecord.AttemptStarted(attempt.id));
      }
    } else if (item instanceof Retracted retracted) {
      Attempt chunk = chunkOf(worker, retracted.attempt());
      if (chunk != null) {
        chunks.retracted(turn, chunk, retracted);
      }
    } else if (item instanceof Divided divided) {
      Attempt chunk = chunkOf(worker, divided.attempt());
      if (chunk != null) {
        chunks.divided(turn, chunk, divided);
      }
    } else if (item instanceof AttemptFailed failed) {
      attemptFailed(turn, worker, failed);
    } else if (item instanceof StepSucceeded succeeded) {
      Attempt step = stepOf(worker, succeeded.attempt());
      if (step != null) {
        steps.succeeded(turn, step, succeeded.result());
      }
    } else if (item instanceof StepFailed failed) {
      Attempt step = stepOf(worker, failed.attempt());
      if (step != null) {
        steps.failed(turn, step, failed.failure());
      }
    } else if (item instanceof Holding holding) {
      registrations.holding(turn, worker, holding);
    } else if (item instanceof Draining) {
      registrations.draining(turn, worker);
    } else if (item instanceof Leaving) {
      registrations.left(turn, worker);
    }
  }

  private void attemptFailed(Turn turn, ConnectedWorker worker, AttemptFailed failed) {
    Attempt attempt = attemptOf(worker, failed.attempt());
    if (attempt != null && attempt.step != null) {
      steps.failed(turn, attempt, failed.failure());
    } else if (attempt != null) {
      chunks.failed(turn, attempt, failed);
    }
  }

  private @Nullable Attempt attemptOf(ConnectedWorker worker, AttemptId id) {
    Attempt attempt = ledger.attempts.get(id);
    return attempt != null && attempt.worker == worker ? attempt : null;
  }

  private @Nullable Attempt chunkOf(ConnectedWorker worker, AttemptId id) {
    Attempt attempt = attemptOf(worker, id);
    return attempt != null && attempt.step == null ? attempt : null;
  }

  private @Nullable Attempt stepOf(ConnectedWorker worker, AttemptId id) {
    Attempt attempt = attemptOf(worker, id);
    return attempt != null && attempt.step != null ? attempt : null;
  }

  /** Looks at what moved until nothing moves any more: ends jobs, fills slots. */
  private void settle(Turn turn) {
    Set<Job> changed = new LinkedHashSet<>();
    List<Job> jobs = ledger.touched.takeJobs();
    List<Lease> leases = ledger.touched.takeLeases();
    do {
      jobs.forEach(job -> ends.endIfOver(turn, job));
      for (Job job : withWhoWaitsFor(jobs)) {
        jobMoved(turn, job);
      }
      leases.forEach(lease -> placement.settle(turn, lease));
      ledger.touched.takeWorkers().forEach(ioPlacement::workerMoved);
      steps.place(turn);
      placement.place(turn);
      ioPlacement.place(turn);
      changed.addAll(jobs);
      jobs = ledger.touched.takeJobs();
      leases = ledger.touched.takeLeases();
    } while (!jobs.isEmpty() || !leases.isEmpty());
    Set<Job> seen = new LinkedHashSet<>();
    for (Job job : changed) {
      seen.add(job);
      if (job.stage != null) {
        seen.add(job.stage.whole());
      }
    }
    for (Job job : seen) {
      if (ledger.jobs.containsKey(job.id)) {
        turn.effects.jobChanged(job.id);
      }
    }
  }

  /** These, and the stages that may begin more or less because of them. */
  private static Iterable<Job> withWhoWaitsFor(List<Job> jobs) {
    Set<Job> moved = null;
    for (Job job : jobs) {
      if (job.stage != null) {
        moved = moved == null ? new LinkedHashSet<>(jobs) : moved;
        boolean unused = job.stage.look();
        Job before = job.stage.before();
        if (before != null && before.stage != null && before.stage.look()) {
          moved.add(before);
        }
      }
    }
    return moved == null ? jobs : moved;
  }

  private void jobMoved(Turn turn, Job job) {
    rates.jobMoved(turn, job);
    placement.jobMoved(job);
    ioPlacement.jobMoved(job);
    steps.jobMoved(job);
    tailSharing.jobMoved(job, turn.nanos());
    if (job.pauses.firstEnd() != null) {
      pausing.add(job);
    } else {
      pausing.remove(job);
    }
  }

  private static @Nullable Long earlier(@Nullable Long one, @Nullable Long other) {
    return one == null || (other != null && other < one) ? other : one;
  }
}
