package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits {@code millis} milliseconds (1000) and gives its input back. */
public final class Sleep implements IoTask<@Nullable Object, @Nullable Object> {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "sleep");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  @Override
  public CompletionStage<@Nullable Object> start(@Nullable Object input, TaskContext context) {
    long millis = Args.number(context, "millis", 1_000);
    CompletableFuture<@Nullable Object> awake = new CompletableFuture<>();
    Future<?> alarm = TIMER.schedule(() -> awake.complete(input), millis, TimeUnit.MILLISECONDS);
    awake.whenComplete(
        (given, failure) -> {
          if (failure != null) { // it was cancelled
            alarm.cancel(false);
          }
        });
    return awake;
  }
}
