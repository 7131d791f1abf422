package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/**
 * A text of {@code --arg bytes=N} characters and one more for each input, so that no two are equal.
 */
public final class BigResult implements Task<Long, String> {
  @Override
  public String run(Long input, TaskContext context) {
    int bytes = Integer.parseInt(context.arg("bytes", "50000000"));
    return Long.toString(input % 10).repeat(Math.addExact(bytes, Math.toIntExact(input)));
  }
}
