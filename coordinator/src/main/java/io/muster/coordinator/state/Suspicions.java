package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tasks among which a killer is: each stretch runs in chunks of at most half of what died, until
 * the killer is alone.
 */
final class Suspicions {
  private record Stretch(long until, long atMost) {}

  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();

  boolean isEmpty() {
    return stretches.isEmpty();
  }

  /** These died together. */
  void suspect(Interval interval) {
    suspect(interval, (interval.size() + 1) / 2);
  }

  void suspect(Interval interval, long atMost) {
    clear(interval);
    stretches.put(interval.from(), new Stretch(interval.until(), atMost));
  }

  /** These have ended. */
  void clear(Interval interval) {
    if (stretches.isEmpty()) {
      return;
    }
    Map.Entry<Long, Stretch> at = stretches.lowerEntry(interval.until());
    while (at != null && at.getValue().until() > interval.from()) {
      stretches.remove(at.getKey());
      long atMost = at.getValue().atMost();
      if (at.getKey() < interval.from()) {
        stretches.put(at.getKey(), new Stretch(interval.from(), atMost));
      }
      if (at.getValue().until() > interval.until()) {
        stretches.put(interval.until(), new Stretch(at.getValue().until(), atMost));
      }
      at = stretches.lowerEntry(Math.min(at.getKey(), interval.until()));
    }
  }

  void clear() {
    stretches.clear();
  }

  /** Where a chunk that starts at {@code from} has to end, at most {@code until}. */
  long cut(long from, long until) {
    if (stretches.isEmpty()) {
      return until;
    }
    Map.Entry<Long, Stretch> at = stretches.floorEntry(from);
    if (at != null && at.getValue().until() > from) {
      return Math.min(until, Math.min(at.getValue().until(), from + at.getValue().atMost()));
    }
    Long next = stretches.higherKey(from);
    return next == null ? until : Math.min(until, next);
  }

  List<ClusterSnapshot.Suspects> toList() {
    List<ClusterSnapshot.Suspects> list = new ArrayList<>();
    stretches.forEach(
        (from, stretch) ->
            list.add(
                new ClusterSnapshot.Suspects(
                    new Interval(from, stretch.until()), stretch.atMost())));
    return list;
  }
}
