package io.muster.protocol;

import java.util.Arrays;

/** What a coordinator says to one worker over their link, in order, each once. */
public sealed interface ToWorker {
  /** Comes before the first chunk of a job that this link carries. */
  record Prepare(JobId job, JobSpec spec) implements ToWorker {}

  /**
   * Run these tasks. Inputs are those of the interval's tasks, in order; none for a range or a job
   * without inputs.
   *
   * @param tries which try each task is in, from 1; empty when all are in their first
   * @param alone of I/O tasks: one of them may have killed a process, so they run in one of their
   *     own, at once with whatever else is {@code alone} of this job, and with nothing else. How
   *     many these are together is the coordinator's to say: fewer after each death
   */
  record Assign(
      AttemptId attempt, JobId job, Interval interval, Values inputs, int[] tries, boolean alone)
      implements ToWorker {
    /** Of tasks that nobody suspects. */
    public Assign(AttemptId attempt, JobId job, Interval interval, Values inputs, int[] tries) {
      this(attempt, job, interval, inputs, tries, false);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Assign that
          && attempt.equals(that.attempt)
          && job.equals(that.job)
          && interval.equals(that.interval)
          && inputs.equals(that.inputs)
          && Arrays.equals(tries, that.tries)
          && alone == that.alone;
    }

    @Override
    public int hashCode() {
      return attempt.hashCode();
    }
  }

  /**
   * Take back the tail of a chunk: of the tasks not taken yet, keep this share and answer with
   * {@link ToCoordinator.Retracted}, also when nothing could be taken.
   *
   * @param keepPermille 0 keeps only what is running; rounded up
   */
  record Retract(AttemptId attempt, int keepPermille) implements ToWorker {}

  /** Stop it at once, its process too; no answer is wanted, none counts. */
  record Revoke(AttemptId attempt) implements ToWorker {}

  /**
   * One task of a chunk is not wanted any more. It is not begun, or its process is killed; what was
   * behind it in the chunk comes back by {@link ToCoordinator.Retracted}. No answer when it has
   * ended already.
   *
   * @param onlyWaiting if it runs, it is left to finish
   */
  record StopTask(AttemptId attempt, long index, boolean onlyWaiting) implements ToWorker {}

  /** What user code does once a job, in a task process without a slot. */
  enum Step {
    /** Produce the inputs, handed over by {@code Append} calls of the API under this attempt. */
    SPLIT,
    /** Combine the pieces of a combining range, read through the API in index order. */
    COMBINE,
    /** Reduce the results, read through the API in index order. */
    REDUCE
  }

  /**
   * @param skip of a split: how many inputs are stored already and are to be passed over
   */
  record RunStep(AttemptId attempt, JobId job, Step step, long skip) implements ToWorker {}

  /** Nothing more comes of this job: its processes may go. */
  record JobOver(JobId job) implements ToWorker {}

  /** Finish what runs, give back what waits, say {@link ToCoordinator.Leaving} and end. */
  record Drain() implements ToWorker {}
}
