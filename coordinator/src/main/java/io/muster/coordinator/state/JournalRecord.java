package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision, as the journal keeps it. Replaying all of them in order gives the state again; they
 * say what became of what, never why, so that a later version may decide otherwise and still read
 * them. {@code at} is wall time for people, in milliseconds since 1970, UTC.
 */
public sealed interface JournalRecord {
  /** It names its job. */
  sealed interface OfJob extends JournalRecord {
    JobId job();
  }

  /** It names an attempt that is out, and so a job. */
  sealed interface OfAttempt extends JournalRecord {
    AttemptId attempt();
  }

  /**
   * The first record of a coordinator's term of office.
   *
   * @param journal the journal's random id, the same in all its epochs
   * @param firstSequence the journal's sequence number that this record takes
   */
  record EpochOpened(long epoch, String journal, long firstSequence, long at)
      implements JournalRecord {}

  /** Of a pipeline: with all its stages, whose ids follow its own. */
  record JobSubmitted(JobId job, JobSpec spec, InputSizes sizes, long at) implements OfJob {
    /** The job and its stages. */
    public List<JobId> jobs() {
      List<JobId> jobs = new ArrayList<>(List.of(job));
      if (spec.program() instanceof Program.Pipeline pipeline) {
        for (int k = 0; k < pipeline.stages().size(); k++) {
          jobs.add(stageId(job, k));
        }
      }
      return jobs;
    }

    static JobId stageId(JobId pipeline, int number) {
      return new JobId(pipeline.value() + 1 + number);
    }
  }

  /** Inputs from this index on, {@code sizes.count()} of them, are stored. */
  record InputsAppended(JobId job, long from, InputSizes sizes) implements OfJob {}

  /** No more inputs will come. */
  record InputsClosed(JobId job) implements OfJob {}

  /** Something of the job was handed out for the first time since its submission or retry. */
  record JobStarted(JobId job, long at) implements OfJob {}

  /** It is over; what had not ended of it is cancelled. */
  record JobEnded(JobId job, JobState state, @Nullable JobError error, long at) implements OfJob {}

  /** What had not succeeded waits again. */
  record JobRetried(JobId job, long at) implements OfJob {}

  record JobForgotten(JobId job) implements OfJob {}

  /**
   * Also when a known worker comes again.
   *
   * @param incarnation made by the worker's process
   */
  record WorkerRegistered(
      WorkerId worker,
      String incarnation,
      String address,
      int slots,
      int ioLimit,
      long taskMemory,
      Map<String, String> labels,
      String version,
      boolean draining)
      implements JournalRecord {}

  record WorkerDraining(WorkerId worker) implements JournalRecord {}

  /** It is silent; what it had was given back before. */
  record WorkerLost(WorkerId worker, long at) implements JournalRecord {}

  /** It is gone for good, its id too. */
  record WorkerRemoved(WorkerId worker) implements JournalRecord {}

  record ChunkAssigned(AttemptId attempt, JobId job, WorkerId worker, Interval interval)
      implements OfJob {}

  /** A task process was handed the chunk or step. */
  record AttemptStarted(AttemptId attempt) implements OfAttempt {}

  /**
   * The next tasks of a chunk ended; those not named failed or retried succeeded.
   *
   * @param combined they have one value together
   * @param failed offsets from the interval's start, ascending
   * @param retried offsets of tasks that run again after a pause, ascending; charged as failed
   *     tries
   * @param died offsets of tasks that run again after a pause, ascending; charged as deaths
   */
  record TasksEnded(
      AttemptId attempt,
      Interval interval,
      boolean combined,
      int[] failed,
      int[] retried,
      int[] died,
      long elapsedNanos)
      implements OfAttempt {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof TasksEnded that
          && attempt.equals(that.attempt)
          && interval.equals(that.interval)
          && combined == that.combined
          && Arrays.equals(failed, that.failed)
          && Arrays.equals(retried, that.retried)
          && Arrays.equals(died, that.died)
          && elapsedNanos == that.elapsedNanos;
    }

    @Override
    public int hashCode() {
      return 31 * attempt.hashCode() + interval.hashCode();
    }
  }

  /** What a chunk of I/O tasks has from this index on is another attempt, on the same worker. */
  record ChunkDivided(AttemptId attempt, long at, AttemptId rest) implements OfAttempt {}

  /** The tail from this index on was taken back and waits again; the attempt is over if all was. */
  record ChunkCut(AttemptId attempt, long until) implements OfAttempt {}

  /**
   * A chunk broke off; what had not ended of it waits again.
   *
   * @param takenUntil indices below it were in a process: their next try is one higher
   * @param suspect the task that is charged, or -1: nobody
   * @param death whether the charge counts as a death, else as a failed try
   * @param failed whether the suspect failed for good; else it runs again after a pause
   * @param halvedUntil tasks below it are suspects together: they run in chunks of at most {@code
   *     atMost}, so that the killer is found; -1: none
   * @param atMost how many suspects may be together, of I/O tasks in all chunks; 0: half their
   *     number
   */
  record ChunkBroken(
      AttemptId attempt,
      long takenUntil,
      long suspect,
      boolean death,
      boolean failed,
      long halvedUntil,
      long atMost)
      implements OfAttempt {}

  /** A process died before it took any task of the job, so often in a row. */
  record LoadDied(JobId job, int times) implements OfJob {}

  record StepAssigned(AttemptId attempt, JobId job, WorkerId worker, Step step) implements OfJob {}

  /** Of a combine or a reduce, the result is stored. */
  record StepSucceeded(AttemptId attempt) implements OfAttempt {}

  /**
   * It is to be run again.
   *
   * @param death whether it is charged with the death of its process
   */
  record StepBroken(AttemptId attempt, boolean death) implements OfAttempt {}
}
