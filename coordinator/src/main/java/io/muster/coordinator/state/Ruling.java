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
      return job.tasks.deaths.get(index) + 1 >= policy.crashLimit()
          ? FAILED
          : TRIES_AGAIN_AFTER_DEATH;
    }
    return job.tasks.failedTries.get(index) + 1 > policy.retries() ? FAILED : TRIES_AGAIN;
  }
}
