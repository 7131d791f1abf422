package io.muster.deploy.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Allocates all there is on the input {@code --arg on=N}; else as {@link IoWaits}. */
public final class IoEatsMemory implements IoTask<Long, Long> {
  @Override
  public CompletionStage<Long> start(Long input, TaskContext context) {
    if (input == Long.parseLong(context.arg("on", "0"))) {
      List<byte[]> all = new ArrayList<>();
      while (true) {
        all.add(new byte[1 << 20]);
      }
    }
    return IoWaits.waited(input, context);
  }
}
