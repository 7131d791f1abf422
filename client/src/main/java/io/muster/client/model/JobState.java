package io.muster.client.model;

import java.util.Locale;

/** Where a job is between its submission and its end. */
public enum JobState {
  WAITING,
  RUNNING,
  OPEN,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /** As users read it: {@code succeeded}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
