package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts something for tasks, of which nearly all have none: set k holds the tasks that have more
 * than k. A million counts are a few bitmaps.
 */
final class Tally {
  private final List<IntervalSet> moreThan = new ArrayList<>();

  static Tally of(List<IntervalSet> levels) {
    Tally tally = new Tally();
    levels.forEach(level -> tally.moreThan.add(level.copy()));
    return tally;
  }

  List<IntervalSet> levels() {
    return moreThan.stream().map(IntervalSet::copy).toList();
  }

  int get(long index) {
    int low = 0;
    int high = moreThan.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (moreThan.get(middle).contains(index)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  boolean anyIn(Interval interval) {
    return !moreThan.isEmpty() && moreThan.get(0).intersects(interval);
  }

  void add(long index) {
    int count = get(index);
    if (count == moreThan.size()) {
      moreThan.add(new IntervalSet());
    }
    moreThan.get(count).add(index);
  }

  /** One more for each of these. */
  void add(Interval interval) {
    for (int level = moreThan.size() - 1; level >= 0; level--) {
      IntervalSet raised = new IntervalSet();
      for (Interval run : moreThan.get(level).within(interval)) {
        raised.add(run);
      }
      if (raised.isEmpty()) {
        continue;
      }
      if (level + 1 == moreThan.size()) {
        moreThan.add(new IntervalSet());
      }
      moreThan.get(level + 1).addAll(raised);
    }
    if (moreThan.isEmpty()) {
      moreThan.add(new IntervalSet());
    }
    moreThan.get(0).add(interval);
  }

  void remove(Interval interval) {
    if (anyIn(interval)) {
      moreThan.forEach(level -> level.remove(interval));
      trim();
    }
  }

  void removeAll(IntervalSet indices) {
    if (!moreThan.isEmpty()) {
      moreThan.forEach(level -> level.removeAll(indices));
      trim();
    }
  }

  private void trim() {
    while (!moreThan.isEmpty() && moreThan.get(moreThan.size() - 1).isEmpty()) {
      moreThan.remove(moreThan.size() - 1);
    }
  }
}
