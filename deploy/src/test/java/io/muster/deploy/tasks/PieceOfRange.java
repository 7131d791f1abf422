package io.muster.deploy.tasks;

import io.muster.api.RangeTask;
import io.muster.api.TaskContext;

/** The bounds of its piece. */
public final class PieceOfRange implements RangeTask<String> {
  @Override
  public String run(long from, long until, TaskContext context) {
    return from + "-" + until;
  }
}
