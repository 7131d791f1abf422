package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/**
 * The square of its input, after {@code --arg millis=N} (5); every 100th leaves a child behind, in
 * a session of its own.
 */
public final class SquareWithChildren implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    Thread.sleep(Long.parseLong(context.arg("millis", "5")));
    if (input % 100 == 0) {
      new ProcessBuilder("setsid", "sleep", "1000").start();
    }
    return input * input;
  }
}
