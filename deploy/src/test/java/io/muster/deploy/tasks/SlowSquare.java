package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** The square of its input, after {@code --arg millis=N} (20), or when its {@link Gate} is open. */
public final class SlowSquare implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    if (Gate.isIn(context)) {
      Gate.await(context);
    } else {
      Thread.sleep(Long.parseLong(context.arg("millis", "20")));
    }
    return input * input;
  }
}
