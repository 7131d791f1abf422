package io.muster.deploy.tasks;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;

/** Its pieces can not be combined. */
public final class CombineThrows implements RangeTask<Long>, Combine<Long> {
  @Override
  public Long run(long from, long until, TaskContext context) throws Exception {
    Thread.sleep(5);
    return until - from;
  }

  @Override
  public Long combine(Long left, Long right) {
    throw new IllegalStateException("these do not go together");
  }
}
