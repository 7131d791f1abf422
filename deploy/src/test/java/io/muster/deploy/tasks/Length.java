package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** How long a line is. */
public final class Length implements Task<String, Integer> {
  @Override
  public Integer run(String input, TaskContext context) {
    return input.length();
  }
}
