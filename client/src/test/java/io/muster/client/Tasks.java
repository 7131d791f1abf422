package io.muster.client;

import io.muster.api.Combine;
import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.util.stream.Stream;

/** Classes to submit, one of each kind. */
public final class Tasks {
  private Tasks() {}

  public static final class Square implements Task<Long, Long> {
    @Override
    public Long run(Long input, TaskContext context) {
      return input * input;
    }
  }

  public static final class Piece implements RangeTask<Long> {
    @Override
    public Long run(long from, long until, TaskContext context) {
      return until - from;
    }
  }

  public static final class Sum implements RangeTask<Long>, Combine<Long> {
    @Override
    public Long run(long from, long until, TaskContext context) {
      return until - from;
    }

    @Override
    public Long combine(Long left, Long right) {
      return left + right;
    }
  }

  public static final class Splitting implements Job<Long, Long, Long> {
    @Override
    public Stream<Long> split(TaskContext context) {
      return Stream.of(1L);
    }

    @Override
    public Long run(Long input, TaskContext context) {
      return input;
    }

    @Override
    public Long reduce(Stream<Long> results, TaskContext context) {
      return results.count();
    }
  }
}
