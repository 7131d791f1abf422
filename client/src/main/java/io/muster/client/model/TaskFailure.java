package io.muster.client.model;

import org.jspecify.annotations.Nullable;

/**
 * Why a task failed for good, in its last try.
 *
 * @param task its index; of a pipeline, that of the first stage's task from which it came: the
 *     line's number in the results too
 * @param stage of a pipeline: where it was, else null
 */
public record TaskFailure(
    long task, int tryNumber, String worker, Failure failure, @Nullable Stage stage) {
  /**
   * Where in a pipeline a task failed.
   *
   * @param name the stage's
   * @param job the stage's
   * @param task its index in that job
   */
  public record Stage(String name, long job, long task) {}

  /** Of a job that is no pipeline. */
  public TaskFailure(long task, int tryNumber, String worker, Failure failure) {
    this(task, tryNumber, worker, failure, null);
  }
}
