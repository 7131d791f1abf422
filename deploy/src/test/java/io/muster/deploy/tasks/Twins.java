package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.util.List;

/** Of every fifth number nothing, of any other the number and its opposite. */
public final class Twins implements Task<Long, List<Long>> {
  @Override
  public List<Long> run(Long input, TaskContext context) {
    return input % 5 == 0 ? List.of() : List.of(input, -input);
  }
}
