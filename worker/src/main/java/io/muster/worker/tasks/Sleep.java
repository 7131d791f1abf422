package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Waits {@code millis} milliseconds (1000) and gives its input back. */
public final class Sleep implements IoTask<@Nullable Object, @Nullable Object> {
  @Override
  public CompletionStage<@Nullable Object> start(@Nullable Object input, TaskContext context) {
    Duration time = Duration.ofMillis(Args.number(context, "millis", 1_000));
    CompletableFuture<@Nullable Object> awake = new CompletableFuture<>();
    Future<?> alarm = Alarms.in(time, () -> awake.complete(input));
    awake.whenComplete((given, failure) -> alarm.cancel(false)); // if it is cancelled
    return awake;
  }
}
