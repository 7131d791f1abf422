package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Its stage fails on the input {@code --arg on=N}. */
public final class IoThrows implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    return input == Long.parseLong(context.arg("on", "0"))
        ? CompletableFuture.failedFuture(new IOException("no answer for " + input))
        : CompletableFuture.completedFuture(input);
  }
}
