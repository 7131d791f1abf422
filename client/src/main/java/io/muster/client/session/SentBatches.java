package io.muster.client.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a job that a coordinator was sent and that are not all answered, by the indices
 * their calls have there. Used under the lock of its job.
 */
final class SentBatches {
  private final TreeMap<Long, CallBatch> byIndex = new TreeMap<>();

  /** Those of which nothing is wanted any more, but which the coordinator may not have yet. */
  private final Deque<CallBatch> emptied = new ArrayDeque<>();

  /** Those that a new connection has to send again. */
  private final Deque<CallBatch> again = new ArrayDeque<>();

  private long next;

  boolean isAnyToRepeat() {
    return !again.isEmpty();
  }

  /** The next that is to be sent again, or null. */
  @Nullable CallBatch pollRepeated() {
    return again.pollFirst();
  }

  /** Gives a batch that is about to be sent its indices. */
  void add(CallBatch batch) {
    batch.from = next;
    next = batch.until();
    byIndex.put(batch.from, batch);
  }

  /** The batch with this call, or null if all of that one are answered. */
  @Nullable CallBatch of(long index) {
    Map.Entry<Long, CallBatch> entry = byIndex.floorEntry(index);
    return entry == null || index >= entry.getValue().until() ? null : entry.getValue();
  }

  Iterable<CallBatch> all() {
    return byIndex.values();
  }

  /** All calls of this one are answered. */
  void answered(CallBatch batch) {
    byIndex.remove(batch.from);
  }

  /** All calls of this one were cancelled: it is kept until it has arrived, for want of gaps. */
  void cancelled(CallBatch batch) {
    emptied.addLast(batch);
  }

  /** All inputs below this index have arrived. */
  void arrived(long until) {
    for (CallBatch batch = emptied.peekFirst();
        batch != null && batch.until() <= until;
        batch = emptied.peekFirst()) {
      emptied.removeFirst();
      byIndex.remove(batch.from, batch);
    }
  }

  /**
   * A new connection to a coordinator that has so many inputs: the others are repeated.
   *
   * @return false if they can't be, since some that it lacks are gone
   */
  boolean goOn(long inputs) {
    List<CallBatch> lacking = new ArrayList<>();
    long there = inputs;
    for (CallBatch batch : byIndex.values()) {
      if (batch.until() > inputs) {
        if (batch.from > there) {
          return false; // calls in between were all cancelled
        }
        there = batch.until();
        lacking.add(batch);
      }
    }
    if (there < next) {
      return false;
    }
    again.clear();
    again.addAll(lacking);
    return true;
  }

  /** Hands back all there is, in order: another coordinator gives other indices. */
  List<CallBatch> clear() {
    List<CallBatch> all = List.copyOf(byIndex.values());
    all.forEach(batch -> batch.from = -1);
    byIndex.clear();
    emptied.clear();
    again.clear();
    next = 0;
    return all;
  }
}
