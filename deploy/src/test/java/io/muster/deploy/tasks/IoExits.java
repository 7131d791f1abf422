package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletionStage;

/** Ends its process on the input {@code --arg on=N}; else as {@link IoWaits}. */
public final class IoExits implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    if (input == Long.parseLong(context.arg("on", "0"))) {
      System.exit(42);
    }
    return IoWaits.waited(input, context);
  }
}
