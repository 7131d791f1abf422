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
   * How long a task pauses before it runs again, in nanoseconds.
   *
   * @param failures tries that did not succeed, from 1
   */
  static long length(long first, int failures) {
    int doublings = Math.min(failures - 1, 40);
    return first > LONGEST >> doublings ? LONGEST : first << doublings;
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
