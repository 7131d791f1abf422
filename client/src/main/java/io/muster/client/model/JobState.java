package io.muster.client.model;

import java.util.Locale;

/** Where a job is between its submission and its end. */
public enum JobState {
  /** Nothing of it has begun. */
  WAITING,
  /** Something of it has begun. */
  RUNNING,
  /** It has done what it was given and may be given more. */
  OPEN,
  /** All of its tasks succeeded. */
  SUCCEEDED,
  /** A task failed for good, or the job as a whole. */
  FAILED,
  /** It was cancelled. */
  CANCELLED;

  /** Whether it stays so, unless it is retried. */
  public boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /** As users read it: {@code succeeded}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
