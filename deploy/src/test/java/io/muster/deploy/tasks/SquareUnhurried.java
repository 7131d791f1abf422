package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/**
 * The square of its input, after 20 ms, or at once when its {@link Gate} is open: so that a job
 * goes on while its test does something, and ends when that is done.
 */
public final class SquareUnhurried implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    if (!Gate.isOpen(context)) {
      Thread.sleep(20);
    }
    return input * input;
  }
}
