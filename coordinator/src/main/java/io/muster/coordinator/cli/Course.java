package io.muster.coordinator.cli;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far a job, or a stage, is.
 *
 * @param total tasks, or null while more may come
 * @param known tasks that are there by now; 0 where nobody counts them
 * @param held nothing of it begins, for the stage behind it has much to do
 * @param reduces whether its tasks' results become one, as far as is known
 */
record Course(
    JobState state,
    @Nullable Long total,
    long known,
    long running,
    long done,
    long failed,
    boolean held,
    boolean reduces) {
  static Course of(JobStatus job) {
    return new Course(
        job.state(), job.total(), 0, job.running(), job.done(), job.failed(), false, job.reduces());
  }

  static Course of(JobStatus.Stage stage) {
    return new Course(
        stage.state(),
        stage.total(),
        stage.waiting() + stage.running() + stage.done(),
        stage.running(),
        stage.done(),
        stage.failed(),
        stage.held(),
        false);
  }

  /** Done of all, {@code 12/40}; {@code 12/40+} while more may come, {@code 12/?} if unknown. */
  String counts() {
    return counts(Text::count);
  }

  String briefCounts() {
    return counts(Text::briefCount);
  }

  private String counts(LongFunction<String> shown) {
    if (total != null) {
      return shown.apply(done) + "/" + shown.apply(total);
    }
    return shown.apply(done) + "/" + (known > 0 ? shown.apply(known) + "+" : "?");
  }

  /** What it is at when all its tasks are done and it has not ended, else nothing. */
  String lastStep() {
    boolean tasksAreDone = total != null && done >= total && !state.isEnd();
    return !tasksAreDone ? "" : reduces ? "reducing" : "ending";
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
