package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.WorkerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the coordinator knows and decides. One method per happening; each moves the state on at
 * once and tells {@link Effects} what follows. Replay gives the journal's records to {@link
 * #replayed} instead, which has no effects.
 *
 * <p>Owned by one thread. After every call {@link #nextTick} says when {@link #tick} is wanted.
 */
public final class ClusterState {

  /** A state of nothing: an empty journal. */
  public ClusterState() {}

  /** The state that gave this snapshot; records written after it are {@link #replayed} next. */
  public static ClusterState restored(ClusterSnapshot snapshot) {
    throw new UnsupportedOperationException();
  }

  /** All that must be known to go on, without bytes of users. */
  public ClusterSnapshot snapshot() {
    throw new UnsupportedOperationException();
  }

  /** Moves on by a record of the journal; in order, before {@link #epochOpened}. */
  public void replayed(JournalRecord record) {
    throw new UnsupportedOperationException();
  }

  /** The journal's id, or null when it has no record yet. */
  public @Nullable String journal() {
    throw new UnsupportedOperationException();
  }

  /** The last epoch that was opened; 0 when none was. */
  public long epoch() {
    throw new UnsupportedOperationException();
  }

  /** The epochs so far, with the journal's sequence number each began at, ascending. */
  public List<JournalRecord.EpochOpened> epochs() {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * A job is submitted; its inputs, if it has listed ones, are stored. The same {@code requestId}
   * again gives the same job.
   *
   * @param sizes of listed inputs, and of those that an open job begins with; empty otherwise
   * @throws Refusal.BadValue when the parts of the spec do not fit together
   */
  public JobId submitted(JobSpec spec, InputSizes sizes, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** The job of this {@code requestId}, or null: asked before inputs are stored a second time. */
  public @Nullable JobId submission(String requestId) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * These inputs are stored.
   *
   * @param from index of the first: how many there were before
   */
  public void inputsAppended(
      JobId job, @Nullable AttemptId split, long from, InputSizes sizes, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** No more inputs will come for an open job. Closing twice is fine. */
  public void inputsClosed(JobId job, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /**
   * A worker opens a link, for the first time or again. The answer reveals its id, so it is
   * released when the records of this call are written.
   */
  public RegistrationReply registered(Registration registration, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** The link of this worker has been silent for too long. */
  public void workerLost(WorkerId worker, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** A worker says something over its link; each item once, in order. */
  public void received(WorkerId worker, ToCoordinator item, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** Somebody wants a worker out of service. */
  public void drainRequested(WorkerId worker, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws Refusal.WrongState when it has ended otherwise
   */
  public void cancelled(JobId job, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /**
   * All that has not succeeded runs again.
   *
   * @throws Refusal.WrongState when there is nothing to run again
   */
  public void retried(JobId job, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws Refusal.WrongState when it has not ended
   */
  public void forgotten(JobId job, Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /** Time has passed. */
  public void tick(Now now, Effects effects) {
    throw new UnsupportedOperationException();
  }

  /**
   * When {@link #tick} is wanted next, as {@link Now#monotonicNanos}, or null when nothing waits
   * for time to pass. May change with every call.
   */
  public @Nullable Long nextTick() {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws Refusal.NoSuchJob
   */
  public JobView job(JobId job) {
    throw new UnsupportedOperationException();
  }

  /** All jobs, by id. */
  public List<JobView> jobs() {
    throw new UnsupportedOperationException();
  }

  /** All workers, in the order of their first registration. */
  public List<WorkerView> workers() {
    throw new UnsupportedOperationException();
  }

  /** Why the job is (not) running, or one task of it. */
  public Explanation explain(JobId job, @Nullable Long task, Now now) {
    throw new UnsupportedOperationException();
  }

  /** The tasks that succeeded; the caller's own copy. */
  public IntervalSet succeeded(JobId job) {
    throw new UnsupportedOperationException();
  }

  /** The tasks that failed for good; the caller's own copy. */
  public IntervalSet failed(JobId job) {
    throw new UnsupportedOperationException();
  }

  /** How many inputs the job has so far. */
  public long inputs(JobId job) {
    throw new UnsupportedOperationException();
  }
}
