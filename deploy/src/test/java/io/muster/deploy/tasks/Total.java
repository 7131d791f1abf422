package io.muster.deploy.tasks;

import io.muster.api.Job;
import io.muster.api.TaskContext;
import java.util.stream.Stream;

/** Adds up the squares of its inputs, which come from a stage before it. */
public final class Total implements Job<Long, Long, Long> {
  @Override
  public Stream<Long> split(TaskContext context) {
    throw new IllegalStateException("a stage does not split itself");
  }

  @Override
  public Long run(Long input, TaskContext context) {
    return input * input;
  }

  @Override
  public Long reduce(Stream<Long> results, TaskContext context) {
    return results.mapToLong(Long::longValue).sum();
  }
}
