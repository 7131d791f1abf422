package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Returns what no encoding knows. */
public final class Unencodable implements Task<Long, Object> {
  @Override
  public Object run(Long input, TaskContext context) {
    return new Holder("fine", Thread.currentThread());
  }

  /** Its second field can not be encoded. */
  public record Holder(String name, Thread thread) {}
}
