package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/**
 * The id of the process that ran it, which it also prints, with the time, before it takes {@code
 * --arg millis=N}, or as long as its {@link Gate} is shut.
 */
public final class SaysProcess implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    long pid = ProcessHandle.current().pid();
    System.out.println(input + " in " + pid + " at " + System.nanoTime());
    if (Gate.isIn(context)) {
      Gate.await(context);
    } else {
      Thread.sleep(Long.parseLong(context.arg("millis", "1000")));
    }
    return pid;
  }
}
