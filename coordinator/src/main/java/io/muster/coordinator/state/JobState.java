package io.muster.coordinator.state;

import java.util.EnumSet;
import java.util.Set;

/** Where a job stands, as users see it. */
public enum JobState {
  /** Nothing of it has been started, or not since it was retried. */
  WAITING,
  /** Some of it has been started. */
  RUNNING,
  /** All it has was done, and inputs may still be appended. */
  OPEN,
  /** Every task has succeeded, and its result is there if it has one. */
  SUCCEEDED,
  /** Tasks failed, or the program could not be loaded, split, combined or reduced. */
  FAILED,
  /** Somebody cancelled it. */
  CANCELLED;

  /**
   * The states that can follow; a retry leads out of an end, of a stage also out of success, for
   * more inputs may come.
   */
  public Set<JobState> next() {
    return switch (this) {
      case WAITING -> EnumSet.of(RUNNING, OPEN, SUCCEEDED, FAILED, CANCELLED);
      case RUNNING -> EnumSet.of(OPEN, SUCCEEDED, FAILED, CANCELLED);
      case OPEN -> EnumSet.of(WAITING, RUNNING, SUCCEEDED, FAILED, CANCELLED);
      case FAILED -> EnumSet.of(WAITING, RUNNING, OPEN); // waiting: it failed before it began
      case CANCELLED -> EnumSet.of(WAITING, RUNNING, OPEN, SUCCEEDED);
      case SUCCEEDED -> EnumSet.of(OPEN);
    };
  }

  public boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
