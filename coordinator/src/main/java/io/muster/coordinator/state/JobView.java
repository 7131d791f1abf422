package io.muster.coordinator.state;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is now. The five counts add up to {@code total}.
 *
 * @param total tasks, or null while more may come
 * @param running tasks in the hands of workers
 * @param submitted milliseconds since 1970, UTC, as {@code started} and {@code finished}
 * @param error what failed beside the tasks, or null
 * @param reduces whether it has one result when it has succeeded (it combines or reduces)
 * @param stages of a pipeline, in order; its own counts are their sums
 * @param held of a stage: nothing of it begins, for the next one has much to do that waits
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
    boolean reduces,
    List<JobView> stages,
    boolean held) {
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

  /** The job whose one result this one's is: of a pipeline, the last stage. */
  public JobId resultOf() {
    return stages.isEmpty() ? id : stages.get(stages.size() - 1).id();
  }
}
