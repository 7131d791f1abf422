package io.muster.coordinator.cli;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import org.jspecify.annotations.Nullable;

/**
 * How far a job, or a stage, is.
 *
 * @param total tasks, or null while more may come
 * @param known tasks that are there by now; 0 where nobody counts them
 * @param held nothing of it begins, for the stage behind it has much to do
 */
record Course(
    JobState state,
    @Nullable Long total,
    long known,
    long running,
    long done,
    long failed,
    boolean held) {
  static Course of(JobStatus job) {
    return new Course(job.state(), job.total(), 0, job.running(), job.done(), job.failed(), false);
  }

  static Course of(JobStatus.Stage stage) {
    return new Course(
        stage.state(),
        stage.total(),
        stage.waiting() + stage.running() + stage.done(),
        stage.running(),
        stage.done(),
        stage.failed(),
        stage.held());
  }

  /** Done of all, {@code 12/40}; {@code 12/40+} while more may come, {@code 12/?} if unknown. */
  String counts() {
    if (total != null) {
      return Text.count(done) + "/" + Text.count(total);
    }
    return Text.count(done) + "/" + (known > 0 ? Text.count(known) + "+" : "?");
  }

  /** Between 0 and 1: of what is known to be there. */
  double share() {
    long all = total == null ? known : total;
    if (all == 0) {
      return total == null ? 0 : 1;
    }
    return (double) done / all;
  }
}
