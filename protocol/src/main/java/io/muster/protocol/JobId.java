package io.muster.protocol;

/**
 * Names a job within one journal; given out by the coordinator from 1 upwards, never used again.
 */
public record JobId(long value) implements Comparable<JobId> {
  public JobId {
    if (value < 1) {
      throw new IllegalArgumentException("a job id starts at 1, not " + value);
    }
  }

  @Override
  public int compareTo(JobId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
