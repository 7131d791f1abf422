package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks among which a killer is: each stretch runs in chunks of at most half of what died, of I/O
 * tasks with no more than that at once in a process, until the killer is alone.
 */
final class Suspicions {
  private record Stretch(long until, long atMost) {}

  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();

  boolean isEmpty() {
    return stretches.isEmpty();
  }

  /** These died together, or with others. */
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

  /** How many tasks may run together with this one; 0: nobody suspects it. */
  long atMost(long index) {
    Map.Entry<Long, Stretch> at = stretches.floorEntry(index);
    return at != null && at.getValue().until() > index ? at.getValue().atMost() : 0;
  }

  /** The first run of these that are suspects together, at or after {@code from}, or null. */
  @Nullable Interval nextSuspects(IntervalSet waiting, long from) {
    Map.Entry<Long, Stretch> at = stretches.floorEntry(from);
    if (at == null || at.getValue().until() <= from) {
      at = stretches.higherEntry(from);
    }
    while (at != null) {
      Interval run = waiting.nextRun(Math.max(from, at.getKey()));
      if (run == null) {
        return null;
      }
      if (run.from() < at.getValue().until()) {
        return new Interval(run.from(), Math.min(run.until(), at.getValue().until()));
      }
      Map.Entry<Long, Stretch> there = stretches.floorEntry(run.from());
      boolean covers = there != null && there.getValue().until() > run.from();
      at = covers ? there : stretches.higherEntry(run.from());
    }
    return null;
  }

  /** The first run of these that nobody suspects, at or after {@code from}, or null. */
  @Nullable Interval nextInnocents(IntervalSet waiting, long from) {
    long at = from;
    while (true) {
      Interval run = waiting.nextRun(at);
      if (run == null || stretches.isEmpty()) {
        return run;
      }
      Map.Entry<Long, Stretch> there = stretches.floorEntry(run.from());
      if (there == null || there.getValue().until() <= run.from()) {
        Long next = stretches.higherKey(run.from());
        return next == null || next >= run.until() ? run : new Interval(run.from(), next);
      }
      at = there.getValue().until();
    }
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
