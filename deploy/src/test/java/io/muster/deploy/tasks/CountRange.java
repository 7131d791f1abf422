package io.muster.deploy.tasks;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;

/** How long a range is, without looking at it. */
public final class CountRange implements RangeTask<Long>, Combine<Long> {
  @Override
  public Long run(long from, long until, TaskContext context) {
    return until - from;
  }

  @Override
  public Long combine(Long left, Long right) {
    return left + right;
  }
}
