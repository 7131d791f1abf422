package io.muster.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * What a worker says to the coordinator over their link, in order. A worker keeps each until the
 * coordinator says that it is in the journal, and says it again, in the same order, to the next
 * one.
 */
public sealed interface ToCoordinator
    permits Outcomes,
        ToCoordinator.Started,
        ToCoordinator.Retracted,
        ToCoordinator.Divided,
        ToCoordinator.AttemptFailed,
        ToCoordinator.StepSucceeded,
        ToCoordinator.StepFailed,
        ToCoordinator.Logged,
        ToCoordinator.Holding,
        ToCoordinator.Draining,
        ToCoordinator.Leaving {

  /** A task process has been handed this chunk. */
  record Started(AttemptId attempt) implements ToCoordinator {}

  /**
   * The chunk ends here now; what was cut off is nobody's. Sent after the reports of all that it
   * cannot take back.
   *
   * @param until the chunk's new end, an index of the job; its start if nothing of it was taken
   */
  record Retracted(AttemptId attempt, long until) implements ToCoordinator {}

  /**
   * The chunk's process ended before the chunk did: it died, ran out of time or memory, or could
   * not start. What was reported stands, everything else of the chunk goes back; the attempt is
   * over.
   *
   * @param suspect the index that was running, or -1 when the process can't tell (a range taken at
   *     once) or nothing ran
   * @param takenUntil indices below it had been handed to the process (their next try is one
   *     higher)
   * @param shared of I/O tasks: other tasks were in the process, of this attempt or another, so
   *     being the only one of its attempt proves nothing
   */
  record AttemptFailed(
      AttemptId attempt, long suspect, long takenUntil, Failure failure, boolean shared)
      implements ToCoordinator {
    /** Of a process that had nothing else. */
    public AttemptFailed(AttemptId attempt, long suspect, long takenUntil, Failure failure) {
      this(attempt, suspect, takenUntil, failure, false);
    }
  }

  /**
   * I/O tasks end in any order, reports come in index order: what lies behind a task that goes on
   * becomes an attempt of its own. {@code attempt} ends before index {@code at}; from there on, up
   * to where it ended, it is the attempt {@code rest}. An assignment of I/O tasks takes as many
   * attempt numbers as it has tasks, so that there is one for each place to divide it at.
   *
   * @param rest {@code attempt} {@link AttemptId#plus plus} as many as {@code at} lies behind its
   *     first index, as it was assigned or came about. Said, because a coordinator that took the
   *     attempt over from its worker does not know that index
   */
  record Divided(AttemptId attempt, long at, AttemptId rest) implements ToCoordinator {}

  /**
   * A split (its value is the number of inputs, as JSON), a combine or a reduce (its value is the
   * result) is done.
   */
  record StepSucceeded(AttemptId attempt, Values result) implements ToCoordinator {}

  /** It threw, or its process died. */
  record StepFailed(AttemptId attempt, Failure failure) implements ToCoordinator {}

  /** Where a piece of log was written. */
  enum LogStream {
    STDOUT,
    STDERR
  }

  /**
   * What a task printed.
   *
   * @param index of the task, or -1 for what belongs to the job only
   */
  record Logged(JobId job, long index, int tryNumber, LogStream stream, byte[] bytes)
      implements ToCoordinator {
    @Override
    public boolean equals(Object other) {
      return other instanceof Logged that
          && job.equals(that.job)
          && index == that.index
          && tryNumber == that.tryNumber
          && stream == that.stream
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(index);
    }
  }

  /**
   * A chunk or step that a worker has.
   *
   * @param interval what was not reported before this is said (of a step: [0, 1)). In a {@link
   *     Registration} that is all that is not durable yet: also attempts that have ended and whose
   *     reports follow it
   */
  record Claim(AttemptId attempt, JobId job, Interval interval, boolean started) {}

  /**
   * Every attempt that this worker has, said every 5 s, and at once after the unacknowledged
   * reports that follow a registration, so that what only one side has is settled.
   */
  record Holding(List<Claim> claims) implements ToCoordinator {}

  /** Takes nothing new from now on. */
  record Draining() implements ToCoordinator {}

  /** Has nothing any more and ends. */
  record Leaving() implements ToCoordinator {}
}
