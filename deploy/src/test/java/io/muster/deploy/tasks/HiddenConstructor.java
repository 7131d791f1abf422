package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Can not be made by others. */
public final class HiddenConstructor implements Task<Long, Long> {
  private HiddenConstructor() {}

  @Override
  public Long run(Long input, TaskContext context) {
    return input;
  }
}
