package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits {@code millis} milliseconds (1000) and gives its input back. */
public final class Sleep implements IoTask<@Nullable Object, @Nullable Object> {
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "sleep");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public CompletionStage<@Nullable Object> start(@Nullable Object input, TaskContext context) {
    long millis = Args.number(context, "millis", 1_000);
    CompletableFuture<@Nullable Object> awake = new CompletableFuture<>();
    var unused = TIMER.schedule(() -> awake.complete(input), millis, TimeUnit.MILLISECONDS);
    return awake;
  }
}
