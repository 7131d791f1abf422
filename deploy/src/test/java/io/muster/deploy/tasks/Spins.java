package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Never ends and ignores interrupts. */
public final class Spins implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    System.out.println("spinning in process " + ProcessHandle.current().pid());
    while (true) {
      Thread.onSpinWait();
    }
  }
}
