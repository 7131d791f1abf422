package io.muster.client.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is now. The five counts add up to {@code total}.
 *
 * @param kind {@code compute}, {@code io}, {@code command} or {@code pipeline}
 * @param total tasks, or null while more may come
 * @param result of a job that combines or reduces and has succeeded, or null
 * @param error what failed beside the tasks, or null
 * @param reduces whether it has one result (it combines or reduces)
 * @param stages of a pipeline, in their order; its own counts are their sums. Empty: it is none
 * @param pipeline of a stage: the job of its pipeline, else null
 */
public record JobStatus(
    long id,
    String name,
    String kind,
    JobState state,
    @Nullable Long total,
    long waiting,
    long running,
    long succeeded,
    long failed,
    long cancelled,
    Instant submitted,
    @Nullable Instant started,
    @Nullable Instant finished,
    @Nullable Value result,
    @Nullable Error error,
    String user,
    boolean reduces,
    List<Stage> stages,
    @Nullable Long pipeline) {
  /**
   * A stage of a pipeline; a job of its own, too, that can be asked for by its id.
   *
   * @param total tasks, or null while more may come
   * @param error what failed beside the tasks, or null
   * @param held nothing of it begins, for the next stage has much to do that waits
   */
  public record Stage(
      long id,
      String name,
      String kind,
      JobState state,
      @Nullable Long total,
      long waiting,
      long running,
      long succeeded,
      long failed,
      long cancelled,
      @Nullable Error error,
      boolean held) {
    /** Tasks that will not run any more. */
    public long done() {
      return succeeded + failed + cancelled;
    }
  }

  /**
   * @param phase {@code load}, {@code split}, {@code combine} or {@code reduce}
   */
  public record Error(String phase, Failure failure) {}

  /** Tasks that will not run any more. */
  public long done() {
    return succeeded + failed + cancelled;
  }

  public boolean isPipeline() {
    return !stages.isEmpty();
  }
}
