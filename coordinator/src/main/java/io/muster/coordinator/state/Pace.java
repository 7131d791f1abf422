package io.muster.coordinator.state;

/**
 * How fast a job's tasks may be started: a bucket of tokens, one a task, that fills evenly. It
 * holds one more than 50 ms worth: in any second no more than the rate, a twentieth of it and one
 * are started, and a look at it that comes up to 25 ms late loses nothing.
 */
final class Pace {
  private static final double BURST_SECONDS = 0.05;
  private static final double NANOS = 1e9;

  /** What sums of fractions may be off by. */
  private static final double ROUNDING = 1e-6;

  private final double rate;
  private final double most;

  /** With fewer tokens nothing is begun, unless less waits: a chunk is to be worth its way. */
  private final double enough;

  private double tokens = 1;
  private long filledAt;
  private boolean begun;

  /**
   * @param rate tasks a second; 0: any number
   */
  Pace(double rate) {
    this.rate = rate;
    most = 1 + rate * BURST_SECONDS;
    enough = Math.max(1, rate * BURST_SECONDS / 2);
  }

  boolean isLimited() {
    return rate > 0;
  }

  /** Nobody knows what was started before. */
  void empty(long now) {
    begun = true;
    filledAt = now;
    tokens = 0;
  }

  void fill(long now) {
    if (begun) {
      tokens = Math.min(most, tokens + rate * ((now - filledAt) / NANOS));
    }
    begun = true;
    filledAt = now;
  }

  /** How many tasks may be started now. */
  long allowed() {
    return isLimited() ? (long) (tokens + ROUNDING) : Long.MAX_VALUE;
  }

  /**
   * How many tasks may be on their way to one of so many workers: should all of them be held up for
   * a moment, what then begins at once is still little.
   */
  long mostInChunk(int workers) {
    return isLimited() ? (long) Math.ceil(most / 2 / Math.max(1, workers)) : Long.MAX_VALUE;
  }

  void started(long tasks, long now) {
    if (isLimited()) {
      fill(now);
      tokens -= tasks;
    }
  }

  /**
   * @param waiting tasks of the job
   */
  boolean allows(long waiting) {
    return !isLimited() || tokens + ROUNDING >= Math.min(waiting, enough);
  }

  @Override
  public String toString() {
    return rate == Math.rint(rate) ? (long) rate + " a second" : rate + " a second";
  }

  /** When {@link #allows} will hold, once it is {@link #fill filled} then. */
  long allowsAt(long waiting) {
    double missing = Math.max(0, Math.min(waiting, enough) - tokens);
    return filledAt + (long) Math.min(Long.MAX_VALUE / 4.0, Math.ceil(missing / rate * NANOS));
  }
}
