package io.muster.coordinator.state;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is now. The five counts add up to {@code total}.
 *
 * @param total tasks, or null while more may come
 * @param running tasks in the hands of workers
 * @param submitted milliseconds since 1970, UTC, as {@code started} and {@code finished}
 * @param error what failed beside the tasks, or null
 * @param reduces whether it has one result when it has succeeded (it combines or reduces)
 */
public record JobView(
    JobId id,
    JobSpec spec,
    Kind kind,
    JobState state,
    @Nullable Long total,
    long waiting,
    long running,
    long succeeded,
    long failed,
    long cancelled,
    long submitted,
    @Nullable Long started,
    @Nullable Long finished,
    @Nullable JobError error,
    boolean reduces) {
  /** What its tasks are. */
  public enum Kind {
    COMPUTE,
    IO,
    COMMAND,
    PIPELINE
  }

  /** Whether {@code results} has something to give beside the tasks': the job's one result. */
  public boolean hasResult() {
    return reduces && state == JobState.SUCCEEDED;
  }
}
