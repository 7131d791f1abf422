package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** A text of {@code --arg bytes=N} characters. */
public final class BigResult implements Task<Long, String> {
  @Override
  public String run(Long input, TaskContext context) {
    return Long.toString(input % 10).repeat(Integer.parseInt(context.arg("bytes", "50000000")));
  }
}
