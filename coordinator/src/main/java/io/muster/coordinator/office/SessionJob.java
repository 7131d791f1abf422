package io.muster.coordinator.office;

import io.muster.coordinator.state.IntervalSet;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An open job of a session: the inputs of its tasks, until they are answered. */
final class SessionJob {
  /** Of a block in which no more is open, the rest goes: it may be there for long. */
  private static final int FEW = 8;

  final ClientSession session;
  final JobId id;
  final String requestId;

  /** Blocks as they came, by their first index. */
  private final TreeMap<Long, Values> blocks = new TreeMap<>();

  /** Tasks that are not answered. */
  private final IntervalSet open = new IntervalSet();

  private long count;
  private boolean over;

  SessionJob(ClientSession session, JobId id, String requestId) {
    this.session = session;
    this.id = id;
    this.requestId = requestId;
  }

  /** How many inputs have come. */
  long count() {
    return count;
  }

  void append(Values inputs) {
    blocks.put(count, inputs);
    open.add(count, count + inputs.count());
    count += inputs.count();
    session.keepsInputs(size(inputs));
  }

  /** Those of these tasks; empty when one of them is not there, its task being unwanted. */
  Optional<Values> inputs(Interval interval) {
    List<Values> parts = new ArrayList<>();
    long at = interval.from();
    while (at < interval.until()) {
      Map.Entry<Long, Values> block = blocks.floorEntry(at);
      if (block == null || block.getKey() + block.getValue().count() <= at) {
        return Optional.empty();
      }
      long from = block.getKey();
      int end = (int) Math.min(block.getValue().count(), interval.until() - from);
      parts.add(block.getValue().part((int) (at - from), end));
      at = from + end;
    }
    return Optional.of(Values.concat(parts));
  }

  /** These have their last word, and need their inputs no more. */
  void answered(long from, long until) {
    if (from >= until) {
      return;
    }
    open.remove(from, until);
    Long first = blocks.floorKey(from);
    while (first != null && first < until) {
      Values block = blocks.get(first);
      if (block != null) {
        keepOpen(first, block);
      }
      first = blocks.higherKey(first);
    }
  }

  /** Drops a block when nothing of it is open, and all but that when little is. */
  private void keepOpen(long first, Values block) {
    Map<Long, Values> parts = new HashMap<>();
    long left = 0;
    for (Interval run : open.within(new Interval(first, first + block.count()))) {
      left += run.size();
      if (left > FEW || left * 4 > block.count()) {
        return;
      }
      parts.put(run.from(), block.part((int) (run.from() - first), (int) (run.until() - first)));
    }
    long freed = size(block) - parts.values().stream().mapToLong(SessionJob::size).sum();
    if (freed > 0) {
      blocks.remove(first);
      blocks.putAll(parts);
      session.keepsInputs(-freed);
    }
  }

  /** The job has ended: no task needs its input any more. */
  void over() {
    over = true;
    answered(0, count);
  }

  boolean isOver() {
    return over;
  }

  void blobs(Consumer<BlobRef> named) {
    for (Values block : blocks.values()) {
      block.blobs().forEach(blob -> named.accept(blob.blob()));
      for (Values.Head head : block.heads()) {
        if (head.blob() != null) {
          named.accept(head.blob());
        }
      }
    }
  }

  private static long size(Values values) {
    long heads = 0;
    for (Values.Head head : values.heads()) {
      heads += head.bytes().length;
    }
    return 100 + values.bytes().length + 4L * values.count() + heads;
  }
}
