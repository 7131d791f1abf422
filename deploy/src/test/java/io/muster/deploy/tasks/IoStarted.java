package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** When it was started, in milliseconds since 1970. */
public final class IoStarted implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    return CompletableFuture.completedFuture(System.currentTimeMillis());
  }
}
