package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Ends its process with {@code System.exit} on the input {@code --arg on=N}. */
public final class Exits implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    if (input == Long.parseLong(context.arg("on", "0"))) {
      System.err.println("leaving");
      System.exit(42);
    }
    return input;
  }
}
