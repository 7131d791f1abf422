package io.muster.coordinator.desk;

import io.muster.coordinator.state.JobError;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.WorkerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client's session is told. */
public sealed interface SessionNews {
  /** First of every connection: the jobs that are there; none when the session is new. */
  record Opened(List<Known> jobs) implements SessionNews {}

  /**
   * @param inputs how many are there
   */
  record Known(JobId job, String requestId, long inputs) {}

  record JobOpened(String requestId, JobId job) implements SessionNews {}

  /** What is numbered is kept, and said again over a new connection, until it was received. */
  sealed interface Numbered extends SessionNews {
    /** From 1, through the session. */
    long number();

    JobId job();
  }

  /**
   * How tasks ended.
   *
   * @param unanswered offsets, ascending, of those that run again
   */
  record Answered(long number, JobId job, WorkerId worker, Outcomes outcomes, int[] unanswered)
      implements Numbered {}

  /**
   * The job is over; what is not answered never will be.
   *
   * @param error why, unless it was closed or cancelled
   */
  record JobEnded(long number, JobId job, @Nullable JobError error) implements Numbered {}

  /** What a task printed; index -1: the job. */
  record Printed(JobId job, long index, LogStream stream, byte[] bytes) implements SessionNews {}
}
