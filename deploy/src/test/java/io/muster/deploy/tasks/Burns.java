package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Its input, after {@code --arg micros=N} (10) in which it computes. */
public final class Burns implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    long until = System.nanoTime() + 1000 * Long.parseLong(context.arg("micros", "10"));
    while (System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    return input;
  }
}
