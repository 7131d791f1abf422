package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;

/**
 * All that {@link ClusterState} asks of the world. Implementations keep the order of calls. What
 * reveals a fact to somebody outside is released by the caller only when the records given before
 * it are in the journal.
 */
public interface Effects {
  /** A decision, to be written with the group that is gathering; the state has already moved on. */
  void record(JournalRecord record);

  /**
   * Sends a chunk; not held back for the journal. The sender adds inputs, and the job's spec where
   * it is new.
   *
   * @param alone of I/O tasks: they are suspects and run in a process of their own
   */
  void assign(
      WorkerId worker, AttemptId attempt, JobId job, Interval interval, int[] tries, boolean alone);

  /** Asks for the tail of a chunk. */
  void retract(WorkerId worker, AttemptId attempt, int keepPermille);

  /** Tells a worker to drop an attempt, running or not. */
  void revoke(WorkerId worker, AttemptId attempt);

  /**
   * Tells a worker that one task of a chunk is not wanted.
   *
   * @param running whether it is stopped if it runs
   */
  void stopTask(WorkerId worker, AttemptId attempt, long index, boolean running);

  /** Starts a split, a combine or a reduce on a worker. */
  void runStep(WorkerId worker, AttemptId attempt, JobId job, ToWorker.Step step, long skip);

  /** Tells a worker to drain. */
  void drain(WorkerId worker);

  /**
   * These outcomes count: their values and failures are to be durable before the records that
   * follow name them.
   *
   * @param retried for each entry of {@code outcomes.failedOffsets()}, whether the task will run
   *     again, so that its failure is not the last word
   */
  void keep(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried);

  /**
   * These outcomes of a stage count: their failures are to be durable with the stage, their values
   * as the inputs of another job from this index on, before the records that follow name them.
   *
   * @param retried as of {@link #keep}
   * @param to the next stage, or the pipeline
   */
  void pass(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried, JobId to, long from);

  /** What a stage's reduce gave: the inputs of the next stage, all of them. */
  void passResult(JobId to, Values result);

  /**
   * This task failed for good although no outcome says so: its process died, its time ran out, its
   * worker vanished.
   */
  void keepFailure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure);

  /** The one result of a job that combines or reduces; one given before is void. */
  void keepResult(JobId job, Values result);

  /** Somebody who looks at this job would see something new. */
  void jobChanged(JobId job);

  /** The job has ended: its processes may go. Called again after each further end (a retry ran). */
  void jobOver(JobId job);

  /** The job is forgotten: its bytes may go. */
  void forget(JobId job);
}
