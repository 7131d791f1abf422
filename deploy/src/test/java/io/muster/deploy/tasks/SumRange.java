package io.muster.deploy.tasks;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;

/** The sum of a range. */
public final class SumRange implements RangeTask<Long>, Combine<Long> {
  @Override
  public Long run(long from, long until, TaskContext context) {
    long sum = 0;
    for (long i = from; i < until; i++) {
      sum += i;
    }
    return sum;
  }

  @Override
  public Long combine(Long left, Long right) {
    return left + right;
  }
}
