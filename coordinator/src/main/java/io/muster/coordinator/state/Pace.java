package io.muster.coordinator.state;

/**
 * How fast a job's tasks may be started: a bucket of tokens, one a task, that fills evenly. It
 * holds one more than 30 ms worth, and a look at it that comes up to 15 ms late loses nothing. What
 * runs over while tasks wait, because nobody could take them, is made up for: until then the bucket
 * fills a little faster. In any second no more than a tenth over the rate is started, and one.
 */
final class Pace {
  private static final double BURST_SECONDS = 0.03;
  private static final double NANOS = 1e9;

  /** Of the rate: how much faster the bucket fills while something is to be made up for. */
  private static final double FASTER = 0.03;

  /** No more than the tasks of so many seconds are made up for. */
  private static final double MISSED_SECONDS = 3;

  /** What sums of fractions may be off by. */
  private static final double ROUNDING = 1e-6;

  private final double rate;
  private final double most;
  private final double extra;

  /** With fewer tokens nothing is begun, unless less waits: a chunk is to be worth its way. */
  private final double enough;

  private double tokens = 1;
  private double missed;
  private long filledAt;
  private boolean begun;
  private boolean underWay;
  private boolean wanted;

  /**
   * @param rate tasks a second; 0: any number
   */
  Pace(double rate) {
    this.rate = rate;
    most = 1 + rate * BURST_SECONDS;
    // A full bucket and a second's tokens are not to be more than a tenth over the rate.
    extra = Math.max(0, Math.min(rate * FASTER, rate * (0.1 - BURST_SECONDS) - 1));
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
    missed = 0;
    underWay = false;
    wanted = false;
  }

  void fill(long now) {
    if (begun) {
      double seconds = (now - filledAt) / NANOS;
      double more = Math.min(missed, extra * seconds);
      double sum = tokens + rate * seconds + more;
      tokens = Math.min(most, sum);
      missed -= more;
      if (wanted) {
        missed = Math.min(rate * MISSED_SECONDS, missed + sum - tokens);
      }
    }
    begun = true;
    filledAt = now;
  }

  /** A worker says that something has begun: processes are there. */
  void underWay() {
    underWay = true;
  }

  /**
   * To be told after each {@link #fill}.
   *
   * @param wanted whether something could begin but for the rate and for workers that are behind
   */
  void wanted(boolean wanted) {
    this.wanted = wanted && underWay;
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

  /** By when {@link #allows} will hold, once it is {@link #fill filled} then. */
  long allowsAt(long waiting) {
    double missing = Math.max(0, Math.min(waiting, enough) - tokens);
    return filledAt + (long) Math.min(Long.MAX_VALUE / 4.0, Math.ceil(missing / rate * NANOS));
  }
}
