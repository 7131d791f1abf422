package io.muster.coordinator.state;

/**
 * How many tasks of a job make a good chunk: about 100 ms of work, more where much is left, found
 * from one task upwards by doubling, or faster while chunks are far from that, and by what finished
 * tasks took; near the end only a share of what is left (guided self-scheduling, Polychronopoulos
 * and Kuck, 1987), but no crumbs. What was too much is taken back: {@link TailSharing}.
 */
final class ChunkSizing {
  private static final double SHORTEST_NANOS = 100e6;

  /** Longer ones save nothing more, and cost more when a process dies. */
  private static final double LONGEST_NANOS = 4e9;

  /** A long job has about so many chunks a process left: one that dies costs it little. */
  private static final double CHUNKS_LEFT = 10;

  /** What takes less than it takes to send is not worth being divided further. */
  private static final double CRUMB_NANOS = 1e6;

  /** While chunks are short, the next ones are at most so many times as large. */
  private static final long FASTEST_GROWTH = 64;

  /** A chunk's cursor counts with an int. */
  private static final long MOST_TASKS = Integer.MAX_VALUE;

  private static final double WEIGHT_OF_NEW = 0.3;

  /** Of a chunk whose tasks took less than half: what begins is slow, and soon forgotten. */
  private static final double WEIGHT_OF_FASTER = 0.8;

  /** Longer tasks are not sent ahead: hiding a round trip gains nothing, taking back costs. */
  private static final double LONGEST_SENT_AHEAD = 200e6;

  private final long fixed;
  private double nanosPerTask;
  private long most = 1;

  /**
   * @param fixed tasks a chunk, or 0: by duration
   */
  ChunkSizing(long fixed) {
    this.fixed = fixed;
  }

  void measured(long tasks, long nanos) {
    double sample = Math.max(1.0, nanos) / tasks;
    double weight = sample < nanosPerTask / 2 ? WEIGHT_OF_FASTER : WEIGHT_OF_NEW;
    nanosPerTask = nanosPerTask == 0 ? sample : nanosPerTask * (1 - weight) + sample * weight;
    if (2 * tasks >= most && most < Long.MAX_VALUE / FASTEST_GROWTH) {
      most *= Math.max(2, Math.min(FASTEST_GROWTH, (long) SHORTEST_NANOS / Math.max(1, nanos)));
    }
  }

  /** About how long a task takes, in nanoseconds; 0 while nothing is known. */
  double nanosPerTask() {
    return nanosPerTask;
  }

  void restore(double nanos) {
    nanosPerTask = nanos;
    most = nanos == 0 ? 1 : Long.MAX_VALUE / 4;
  }

  /**
   * @param waiting tasks that wait
   * @param processes that run or could run this job now
   */
  long next(long waiting, long processes) {
    if (fixed > 0) {
      return Math.min(fixed, MOST_TASKS);
    }
    double waitingEach = (double) waiting / Math.max(1, processes);
    double crumb = nanosPerTask == 0 ? 1 : CRUMB_NANOS / nanosPerTask;
    long share = (long) Math.max(1, Math.max(waitingEach / 2, Math.min(crumb, MOST_TASKS)));
    return Math.min(Math.min(byTime(waitingEach), Math.min(most, MOST_TASKS)), share);
  }

  private long byTime(double waitingEach) {
    if (nanosPerTask == 0) {
      return 1;
    }
    double nanosLeft = waitingEach * nanosPerTask;
    double nanos = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, nanosLeft / CHUNKS_LEFT));
    return (long) Math.max(1, Math.min(1e15, nanos / nanosPerTask));
  }

  boolean sendsAhead() {
    return nanosPerTask > 0 && nanosPerTask <= LONGEST_SENT_AHEAD;
  }
}
