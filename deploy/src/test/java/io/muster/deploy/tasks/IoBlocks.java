package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Blocks for {@code --arg block=MILLIS} on the input {@code --arg on=N}, where it should return.
 */
public final class IoBlocks implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) throws InterruptedException {
    if (input == Long.parseLong(context.arg("on", "0"))) {
      Thread.sleep(Long.parseLong(context.arg("block", "3000")));
    }
    return CompletableFuture.completedFuture(input);
  }
}
