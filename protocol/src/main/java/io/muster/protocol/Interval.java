package io.muster.protocol;

/** The task indices {@code from} (included) to {@code until} (not included); never empty. */
public record Interval(long from, long until) {
  public Interval {
    if (from < 0 || until <= from) {
      throw new IllegalArgumentException("not an interval: [" + from + ", " + until + ")");
    }
  }

  public long size() {
    return until - from;
  }

  public boolean contains(long index) {
    return from <= index && index < until;
  }

  @Override
  public String toString() {
    return "[" + from + ", " + until + ")";
  }
}
