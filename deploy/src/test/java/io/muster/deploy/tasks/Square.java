package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** The square of its input. */
public final class Square implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    return input * input;
  }
}
