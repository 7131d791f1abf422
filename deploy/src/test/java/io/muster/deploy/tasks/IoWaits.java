package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Its input, after {@code --arg millis=N} (1000) or when its {@link Gate} is open, without a thread
 * meanwhile.
 */
public final class IoWaits implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    return waited(input, context);
  }

  static CompletableFuture<Long> waited(Long input, TaskContext context) {
    if (Gate.isIn(context)) {
      return Gate.opened(context).thenApply(opened -> input);
    }
    long millis = Long.parseLong(context.arg("millis", "1000"));
    return new CompletableFuture<Long>().completeOnTimeout(input, millis, TimeUnit.MILLISECONDS);
  }
}
