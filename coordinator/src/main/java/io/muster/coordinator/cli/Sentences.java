package io.muster.coordinator.cli;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import java.time.Instant;

/** What people are told about a job, in one line. */
final class Sentences {
  private Sentences() {}

  /** How it ended and where to look next. */
  static String ended(JobStatus job) {
    String head = "job " + job.id() + " " + job.state();
    String took = job.started() == null ? "" : " in " + Text.ran(job, Instant.now());
    if (job.state() == JobState.SUCCEEDED) {
      return head + took + ": " + tasks(job.succeeded());
    }
    if (job.error() != null) {
      String message = Text.oneLine(job.error().failure().headline());
      return head + took + ": " + job.error().phase() + ": " + message;
    }
    String counts =
        Text.count(job.succeeded())
            + " succeeded, "
            + Text.count(job.failed())
            + " failed, "
            + Text.count(job.cancelled())
            + " cancelled";
    String next = job.failed() > 0 ? "; 'muster failures " + job.id() + "' tells why" : "";
    return head + took + ": " + counts + next;
  }

  private static String tasks(long count) {
    return Text.count(count) + (count == 1 ? " task" : " tasks");
  }
}
