package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.util.ArrayList;
import java.util.List;

/** Allocates until there is nothing left. */
public final class EatsMemory implements Task<Long, Integer> {
  @Override
  public Integer run(Long input, TaskContext context) {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      all.add(new byte[1 << 20]);
    }
  }
}
