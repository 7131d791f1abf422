package io.muster.deploy.tasks;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;

/** Kills its process when its range holds {@code --arg on=N}. */
public final class DiesInRange implements RangeTask<Long>, Combine<Long> {
  @Override
  public Long run(long from, long until, TaskContext context) {
    long on = Long.parseLong(context.arg("on", "0"));
    if (from <= on && on < until) {
      Runtime.getRuntime().halt(9);
    }
    return until - from;
  }

  @Override
  public Long combine(Long left, Long right) {
    return left + right;
  }
}
