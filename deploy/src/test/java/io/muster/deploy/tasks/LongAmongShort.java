package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Input 3 takes {@code --arg long=MILLIS}, all others a millisecond. */
public final class LongAmongShort implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    Thread.sleep(input == 3 ? Long.parseLong(context.arg("long", "20000")) : 1);
    return input;
  }
}
