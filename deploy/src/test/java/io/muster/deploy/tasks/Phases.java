package io.muster.deploy.tasks;

import io.muster.api.Job;
import io.muster.api.TaskContext;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A job that throws in the phase {@code --arg throw=split|reduce}; else sums {@code --arg n=N}
 * squares.
 */
public final class Phases implements Job<Long, Long, Long> {
  @Override
  public Stream<Long> split(TaskContext context) {
    Stream<Long> inputs = LongStream.range(0, Long.parseLong(context.arg("n", "100"))).boxed();
    if (context.arg("throw", "").equals("split")) {
      return inputs.peek(
          input -> {
            if (input == 50) {
              throw new IllegalStateException("split at 50");
            }
          });
    }
    return inputs;
  }

  @Override
  public Long run(Long input, TaskContext context) {
    return input * input;
  }

  @Override
  public Long reduce(Stream<Long> results, TaskContext context) {
    if (context.arg("throw", "").equals("reduce")) {
      throw new IllegalStateException("reduce says no");
    }
    return results.mapToLong(Long::longValue).sum();
  }
}
