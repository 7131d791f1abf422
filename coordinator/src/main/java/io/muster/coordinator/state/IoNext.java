package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of an I/O job are next: of suspects the least suspicious, and those that nobody
 * suspects, each in index order. Remembers how far it has looked.
 */
final class IoNext {
  private static final long INNOCENT = 0;

  private final TaskSets tasks;

  /** By how suspicious tasks are: below which index none of them waits. */
  private final Map<Long, Long> from = new HashMap<>();

  IoNext(TaskSets tasks) {
    this.tasks = tasks;
  }

  /**
   * The first run of waiting tasks that are suspects, or null. Those that may be many together come
   * first: most are innocent, and only together they are soon done.
   */
  @Nullable Interval suspects() {
    look();
    for (long atMost : tasks.suspicions.levels()) {
      Interval run =
          tasks.suspicions.nextSuspects(atMost, tasks.waiting, from.getOrDefault(atMost, 0L));
      from.put(atMost, run == null ? tasks.count : run.from());
      if (run != null) {
        return run;
      }
    }
    return null;
  }

  /** The first run of waiting tasks that are no suspects, or null. */
  @Nullable Interval innocents() {
    look();
    Interval run = tasks.suspicions.nextInnocents(tasks.waiting, from.getOrDefault(INNOCENT, 0L));
    from.put(INNOCENT, run == null ? tasks.count : run.from());
    return run;
  }

  private void look() {
    long back = tasks.takeLowestBack();
    if (back < Long.MAX_VALUE) {
      from.replaceAll((suspicious, at) -> Math.min(at, back));
    }
  }
}
