package io.muster.coordinator.wire;

import io.grpc.Status;
import io.muster.coordinator.desk.Desk.JobTasks;
import io.muster.coordinator.state.JobView;

/** Whether there are bytes of a job to be shown. */
final class Kept {
  private Kept() {}

  /** The same, unless nothing is kept of the job. */
  static JobView checked(JobView job) {
    if (job.spec().isOfSession()) {
      throw Status.FAILED_PRECONDITION
          .withDescription(
              "job "
                  + job.id()
                  + " belongs to a client's session: what comes of it went there and is not kept")
          .asRuntimeException();
    }
    return job;
  }

  static JobTasks checked(JobTasks tasks) {
    checked(tasks.view());
    return tasks;
  }
}
