package io.muster.coordinator.state;

import io.muster.protocol.Interval;

/**
 * Where the tasks of a job are. Each index below {@link #count} is in one of the sets, or in an
 * attempt.
 */
final class TaskSets {
  private static final int[] FIRST_TRIES = {};

  final IntervalSet waiting = new IntervalSet();
  final IntervalSet pausing = new IntervalSet();
  final IntervalSet succeeded = new IntervalSet();
  final IntervalSet failed = new IntervalSet();
  final IntervalSet cancelled = new IntervalSet();

  /** How often a task was in a process without success. */
  Tally tries = new Tally();

  /** How many of its tries failed. */
  Tally failedTries = new Tally();

  /** How many deaths are charged to it. */
  Tally deaths = new Tally();

  final Suspicions suspicions = new Suspicions();

  long count;

  /** The lowest task that came to wait since somebody asked. */
  private long lowestBack;

  long inAttempts() {
    return count
        - waiting.size()
        - pausing.size()
        - succeeded.size()
        - failed.size()
        - cancelled.size();
  }

  void extend(long more) {
    if (more > 0) {
      waiting.add(count, count + more);
      lowestBack = Math.min(lowestBack, count);
      count += more;
    }
  }

  /** The end of a pause is not in the journal: the next attempt shows that it was over. */
  void takeOut(Interval interval) {
    waiting.remove(interval);
    if (!pausing.isEmpty()) {
      pausing.remove(interval);
    }
  }

  void takeBack(long from, long until) {
    if (from < until) {
      waiting.add(from, until);
      lowestBack = Math.min(lowestBack, from);
    }
  }

  void succeed(long from, long until) {
    if (from < until) {
      Interval interval = new Interval(from, until);
      succeeded.add(interval);
      tries.remove(interval);
      failedTries.remove(interval);
      deaths.remove(interval);
      suspicions.clear(interval);
    }
  }

  void fail(long index) {
    Interval alone = new Interval(index, index + 1);
    failed.add(index);
    tries.add(index);
    failedTries.remove(alone);
    deaths.remove(alone);
    suspicions.clear(alone);
  }

  void pause(long index, boolean death) {
    pausing.add(index);
    tries.add(index);
    (death ? deaths : failedTries).add(index);
  }

  /** Whether it waited; it does not any more. */
  boolean cancelWaiting(long index) {
    if (!waiting.contains(index) && !pausing.contains(index)) {
      return false;
    }
    waiting.remove(index);
    pausing.remove(index);
    cancelled.add(index);
    return true;
  }

  void resume(IntervalSet over) {
    IntervalSet still = over.intersection(pausing); // the others were cancelled meanwhile
    pausing.removeAll(still);
    waiting.addAll(still);
    if (!still.isEmpty()) {
      lowestBack = Math.min(lowestBack, still.first());
    }
  }

  /** How many pauses a task has had, the present one included. */
  int pausesOf(long index) {
    return failedTries.get(index) + deaths.get(index);
  }

  /** Attempts gave theirs back before. */
  void cancelRest() {
    cancelled.addAll(waiting);
    cancelled.addAll(pausing);
    waiting.clear();
    pausing.clear();
    failedTries = new Tally();
    deaths = new Tally();
    suspicions.clear();
  }

  /** What has not succeeded waits again. */
  void retry() {
    waiting.addAll(failed);
    waiting.addAll(cancelled);
    failed.clear();
    cancelled.clear();
    lowestBack = 0;
  }

  /** Every task that waits now and did not when this was last asked is at or above it. */
  long takeLowestBack() {
    long lowest = lowestBack;
    lowestBack = Long.MAX_VALUE;
    return lowest;
  }

  /** Which try each of these is in next; empty when all are in their first. */
  int[] triesIn(Interval chunk) {
    if (!tries.anyIn(chunk)) {
      return FIRST_TRIES;
    }
    int[] numbers = new int[(int) chunk.size()];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = tries.get(chunk.from() + k) + 1;
    }
    return numbers;
  }
}
