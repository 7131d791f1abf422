package io.muster.protocol.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.Values;
import java.util.Arrays;

/** What a task process says to its worker, in order. */
public sealed interface FromProcess {
  /** The first thing said: the process is up. */
  record Hello(long pid, int protocolVersion) implements FromProcess {}

  /** The program is loaded and instantiated. */
  record Loaded() implements FromProcess {}

  /** It can't be loaded; the process ends. */
  record LoadFailed(Failure failure) implements FromProcess {}

  /** The program is forgotten; another may be loaded. */
  record Unloaded() implements FromProcess {}

  /**
   * An I/O process says of one of its jobs that it is {@link Loaded}, that it is not, after which
   * the process goes on, that an attempt has {@link Begun} or is {@link Divided}, or what its tasks
   * {@link Printed}.
   */
  record OfJob(JobId job, FromProcess said) implements FromProcess {}

  /**
   * Of an I/O job that has a rate: the attempt's tasks have all begun, or wait for their keys. Said
   * before anything else of the attempt.
   */
  record Begun(AttemptId attempt) implements FromProcess {}

  /**
   * Of an I/O job: from index {@code at} on the attempt is {@code rest}, as {@link
   * io.muster.protocol.ToCoordinator.Divided} has it.
   */
  record Divided(AttemptId attempt, long at, AttemptId rest) implements FromProcess {}

  /** How the next tasks ended. */
  record Reported(Outcomes outcomes) implements FromProcess {}

  /**
   * All tasks that the process took are reported; it is idle now.
   *
   * @param until where the chunk ended, after what was taken back
   */
  record ChunkEnded(AttemptId attempt, long until) implements FromProcess {}

  /** The next inputs that a split produced. */
  record Produced(AttemptId attempt, Values values) implements FromProcess {}

  /** A step is done; a split's value is its number of inputs (JSON), the skipped ones included. */
  record StepSucceeded(AttemptId attempt, Values result) implements FromProcess {}

  record StepFailed(AttemptId attempt, Failure failure) implements FromProcess {}

  /**
   * What the task printed while it ran, already cut to the job's log limit.
   *
   * @param index of the task, or -1 outside of tasks
   */
  record Printed(long index, int tryNumber, LogStream stream, byte[] bytes) implements FromProcess {
    @Override
    public boolean equals(Object other) {
      return other instanceof Printed that
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
}
