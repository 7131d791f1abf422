package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Throws an exception with a cause. */
public final class Throws implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    try {
      throw new java.io.IOException("the disk said no to " + input);
    } catch (java.io.IOException e) {
      throw new IllegalStateException("cannot do " + input, e);
    }
  }
}
