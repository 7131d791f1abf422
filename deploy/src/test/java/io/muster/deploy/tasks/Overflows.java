package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Recurses without end. */
public final class Overflows implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    return deeper(input) + 1;
  }

  private static long deeper(long depth) {
    return depth < 0 ? 0 : deeper(depth + 1) + 1;
  }
}
