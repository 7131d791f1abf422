package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;

/** Its input, after {@code --arg millis=N} (1000) in which it blocks a thread of its own. */
public final class IoSleeps implements IoTask.Blocking<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws InterruptedException {
    Thread.sleep(Long.parseLong(context.arg("millis", "1000")));
    return input;
  }
}
