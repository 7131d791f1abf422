package io.muster.client.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is now. The five counts add up to {@code total}.
 *
 * @param kind {@code compute}, {@code io}, {@code command} or {@code pipeline}
 * @param total tasks, or null while more may come
 * @param result of a job that combines or reduces and has succeeded, or null
 * @param error what failed beside the tasks, or null
 * @param reduces whether it has one result (it combines or reduces)
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
    boolean reduces) {
  /**
   * @param phase {@code load}, {@code split}, {@code combine} or {@code reduce}
   */
  public record Error(String phase, Failure failure) {}

  /** Tasks that will not run any more. */
  public long done() {
    return succeeded + failed + cancelled;
  }
}
