package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Throws on every odd input. */
public final class ThrowsOnOdd implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    if ((input & 1) == 1) {
      throw new IllegalArgumentException("odd: " + input);
    }
    return input;
  }
}
