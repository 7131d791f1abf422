package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Succeeds in its third try. */
public final class ThrowsUntilThirdTry implements Task<Long, Integer> {
  @Override
  public Integer run(Long input, TaskContext context) {
    if (context.tryNumber() < 3) {
      throw new IllegalStateException("try " + context.tryNumber());
    }
    return context.tryNumber();
  }
}
