package io.muster.coordinator.state;

import io.muster.protocol.FailureKind;
import io.muster.protocol.Policy;

/** What becomes of a task whose try did not succeed. */
enum Ruling {
  FAILED,
  /** It runs again after a pause; one of its tries failed. */
  TRIES_AGAIN,
  /** It runs again after a pause; a death is charged to it. */
  TRIES_AGAIN_AFTER_DEATH;

  static Ruling on(Job job, long index, FailureKind kind) {
    Policy policy = job.spec.policy();
    if (kind.isFinal()) {
      return FAILED;
    }
    if (kind.isDeath()) {
      return job.tasks.deaths.get(index) + 1 >= crashLimit(job, kind)
          ? FAILED
          : TRIES_AGAIN_AFTER_DEATH;
    }
    return job.tasks.failedTries.get(index) + 1 > policy.retries() ? FAILED : TRIES_AGAIN;
  }

  /** A call of a client is not to fail because two machines went away one after the other. */
  private static int crashLimit(Job job, FailureKind kind) {
    int limit = job.spec.policy().crashLimit();
    return kind == FailureKind.LOST && job.spec.isOfSession()
        ? Math.max(limit, Policy.DEFAULT.crashLimit())
        : limit;
  }
}
