package io.muster.coordinator.state;

/** Where a job stands, as users see it. */
public enum JobState {
  /** Nothing of it has been started. */
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

  public boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
