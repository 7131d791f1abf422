package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Can not be made at all. */
public final class ConstructorThrows implements Task<Long, Long> {
  public ConstructorThrows() {
    throw new IllegalStateException("not today");
  }

  @Override
  public Long run(Long input, TaskContext context) {
    return input;
  }
}
