package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks among which a killer is: they run in chunks of at most half of what died, of I/O tasks with
 * no more than that at once in a process, until the killer is alone.
 */
final class Suspicions {
  /** The suspects by how many of them may run together: never many such numbers. */
  private final TreeMap<Long, IntervalSet> byAtMost = new TreeMap<>();

  boolean isEmpty() {
    return byAtMost.isEmpty();
  }

  /** These died together, or with others. */
  void suspect(Interval interval, long atMost) {
    clear(interval);
    byAtMost.computeIfAbsent(atMost, key -> new IntervalSet()).add(interval);
  }

  /** These have ended. */
  void clear(Interval interval) {
    if (!byAtMost.isEmpty()) {
      byAtMost.values().forEach(suspects -> suspects.remove(interval));
      byAtMost.values().removeIf(IntervalSet::isEmpty);
    }
  }

  void clear() {
    byAtMost.clear();
  }

  /** Where a chunk that starts at {@code from} has to end, at most {@code until}. */
  long cut(long from, long until) {
    long end = until;
    for (Map.Entry<Long, IntervalSet> each : byAtMost.entrySet()) {
      IntervalSet suspects = each.getValue();
      long next = suspects.nextMember(from);
      if (next == from) {
        return Math.min(Math.min(until, suspects.nextGap(from)), from + each.getKey());
      }
      end = next < 0 ? end : Math.min(end, next);
    }
    return end;
  }

  /** How many tasks may run together with this one; 0: nobody suspects it. */
  long atMost(long index) {
    for (Map.Entry<Long, IntervalSet> each : byAtMost.entrySet()) {
      if (each.getValue().contains(index)) {
        return each.getKey();
      }
    }
    return 0;
  }

  /** How many suspects may run together, the largest number first: the least suspicious ones. */
  Collection<Long> levels() {
    return byAtMost.descendingKeySet();
  }

  /** The first run of these that are suspects of this level, at or after {@code from}, or null. */
  @Nullable Interval nextSuspects(long atMost, IntervalSet waiting, long from) {
    IntervalSet suspects = byAtMost.getOrDefault(atMost, new IntervalSet());
    long at = waiting.nextMember(from);
    while (at >= 0) {
      long suspect = suspects.nextMember(at);
      if (suspect == at) {
        return new Interval(at, Math.min(waiting.nextGap(at), suspects.nextGap(at)));
      }
      at = suspect < 0 ? -1 : waiting.nextMember(suspect);
    }
    return null;
  }

  /** The first run of these that nobody suspects, at or after {@code from}, or null. */
  @Nullable Interval nextInnocents(IntervalSet waiting, long from) {
    long at = waiting.nextMember(from);
    while (at >= 0) {
      IntervalSet suspects = byAtMost.get(atMost(at));
      if (suspects == null) {
        return new Interval(at, cut(at, waiting.nextGap(at)));
      }
      at = waiting.nextMember(suspects.nextGap(at));
    }
    return null;
  }

  List<ClusterSnapshot.Suspects> toList() {
    List<ClusterSnapshot.Suspects> list = new ArrayList<>();
    byAtMost.forEach(
        (atMost, suspects) ->
            suspects.runs().forEach(run -> list.add(new ClusterSnapshot.Suspects(run, atMost))));
    return list;
  }
}
