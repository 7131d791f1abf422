package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.Values;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says things of each attempt in order, large values first being stored with the coordinator: what
 * follows them in the same attempt waits, other attempts don't.
 */
final class Reports {
  private final Held held;
  private final Map<AttemptId, Deque<ToCoordinator>> waiting = new HashMap<>();

  Reports(Held held) {
    this.held = held;
  }

  boolean allSaid() {
    return waiting.isEmpty();
  }

  void say(AttemptId attempt, ToCoordinator item, Effects effects) {
    held.toBeSaid(item);
    Deque<ToCoordinator> before = waiting.get(attempt);
    if (before != null) {
      before.add(item);
    } else if (blobs(item).isEmpty()) {
      sayNow(item, effects);
    } else {
      Deque<ToCoordinator> queue = new ArrayDeque<>();
      queue.add(item);
      waiting.put(attempt, queue);
      effects.upload(attempt, blobs(item));
    }
  }

  /** Says what belongs to no attempt. */
  void sayNow(ToCoordinator item, Effects effects) {
    held.said(item);
    effects.say(item);
  }

  void uploaded(AttemptId attempt, Effects effects) {
    Deque<ToCoordinator> queue = waiting.get(attempt);
    if (queue == null) {
      return;
    }
    sayNow(queue.remove(), effects);
    while (!queue.isEmpty() && blobs(queue.element()).isEmpty()) {
      sayNow(queue.remove(), effects);
    }
    if (queue.isEmpty()) {
      waiting.remove(attempt);
    } else {
      effects.upload(attempt, blobs(queue.element()));
    }
  }

  void revoked(AttemptId attempt) {
    waiting.remove(attempt);
  }

  void clear() {
    waiting.clear();
  }

  private static List<BlobRef> blobs(ToCoordinator item) {
    if (item instanceof Outcomes outcomes) {
      return blobs(outcomes.values());
    } else if (item instanceof StepSucceeded step) {
      return blobs(step.result());
    }
    return List.of();
  }

  private static List<BlobRef> blobs(Values values) {
    return values.blobs().stream().map(Values.BlobValue::blob).toList();
  }
}
