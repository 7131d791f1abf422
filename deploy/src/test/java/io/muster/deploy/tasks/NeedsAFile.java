package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives its input; every seventh only if the file of {@code --arg file} is there. */
public final class NeedsAFile implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    if (input % 7 == 0 && !Files.exists(Path.of(context.arg("file", "")))) {
      throw new IllegalStateException("no file for " + input);
    }
    return input;
  }
}
