package io.muster.client;

import io.muster.client.model.JobStatus;

/**
 * A job has no result since it did not succeed; the message says why, {@link #status} how it ended.
 */
public final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient JobStatus status;

  JobFailedException(JobStatus status) {
    super(sentence(status));
    this.status = status;
  }

  private static String sentence(JobStatus job) {
    String head = "job " + job.id() + " " + job.state();
    if (job.error() != null) {
      return head + ": " + job.error().phase() + ": " + job.error().failure().headline();
    }
    return head
        + ": "
        + job.succeeded()
        + " tasks succeeded, "
        + job.failed()
        + " failed, "
        + job.cancelled()
        + " were cancelled";
  }

  /** How it ended. */
  public JobStatus status() {
    return status;
  }
}
