package io.muster.coordinator.state;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When the tasks that back off may run again. Ends of pauses are rounded up, so that a million
 * pauses are a few sets.
 */
final class Pauses {
  private static final long GRAIN = 10_000_000;
  private static final long LONGEST = 60_000_000_000L;

  private final TreeMap<Long, IntervalSet> byEnd = new TreeMap<>();

  /**
   * How long a task pauses before it runs again, in nanoseconds: doubling, and of that between half
   * and all, so that tasks that failed together do not come again together. Which part it is
   * depends on nothing but the task and its try.
   *
   * @param failures tries that did not succeed, from 1
   */
  static long length(long first, int failures, long job, long index) {
    int doublings = Math.min(failures - 1, 40);
    long whole = first > LONGEST >> doublings ? LONGEST : first << doublings;
    long half = whole / 2;
    return half + (long) ((whole - half) * part(31 * (31 * job + index) + failures));
  }

  /** Spread evenly over [0, 1): the last steps of MurmurHash3 (Appleby). */
  private static double part(long of) {
    long mixed = of * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return ((mixed ^ (mixed >>> 33)) >>> 11) * 0x1.0p-53;
  }

  void add(long index, long end) {
    byEnd.computeIfAbsent((end / GRAIN + 1) * GRAIN, key -> new IntervalSet()).add(index);
  }

  /** When the first of them is over, or null. */
  @Nullable Long firstEnd() {
    return byEnd.isEmpty() ? null : byEnd.firstKey();
  }

  /** When this task's pause is over, or null. */
  @Nullable Long endOf(long index) {
    for (Map.Entry<Long, IntervalSet> entry : byEnd.entrySet()) {
      if (entry.getValue().contains(index)) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** The tasks whose pause is over. */
  IntervalSet over(long now) {
    IntervalSet over = new IntervalSet();
    while (!byEnd.isEmpty() && byEnd.firstKey() <= now) {
      over.addAll(byEnd.pollFirstEntry().getValue());
    }
    return over;
  }

  void clear() {
    byEnd.clear();
  }
}
