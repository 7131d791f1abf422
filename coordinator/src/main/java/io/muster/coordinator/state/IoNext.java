package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of an I/O job are next: suspects, and those that nobody suspects, each in index
 * order. Remembers how far it has looked.
 */
final class IoNext {
  private final TaskSets tasks;

  /** Below it no task waits that nobody suspects. */
  private long innocentsFrom;

  private long suspectsFrom;

  IoNext(TaskSets tasks) {
    this.tasks = tasks;
  }

  /** The first run of waiting tasks that are suspects together, or null. */
  @Nullable Interval suspects() {
    look();
    Interval run = tasks.suspicions.nextSuspects(tasks.waiting, suspectsFrom);
    suspectsFrom = run == null ? tasks.count : run.from();
    return run;
  }

  /** The first run of waiting tasks that are no suspects, or null. */
  @Nullable Interval innocents() {
    look();
    Interval run = tasks.suspicions.nextInnocents(tasks.waiting, innocentsFrom);
    innocentsFrom = run == null ? tasks.count : run.from();
    return run;
  }

  private void look() {
    long back = tasks.takeLowestBack();
    innocentsFrom = Math.min(innocentsFrom, back);
    suspectsFrom = Math.min(suspectsFrom, back);
  }
}
