package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives a stage that never ends on the input {@code --arg on=N}; else as {@link IoWaits}. */
public final class IoNeverEnds implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    return input == Long.parseLong(context.arg("on", "0"))
        ? new CompletableFuture<>()
        : IoWaits.waited(input, context);
  }
}
