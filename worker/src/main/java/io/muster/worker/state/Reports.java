package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.Values;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says things of each assignment in order, large values first being stored with the coordinator:
 * what follows them of the same assignment waits, other assignments don't. (An assignment of I/O
 * tasks may be several attempts by now, which are no use to a coordinator that was not told.)
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

  /**
   * @param assignment the attempt as it was assigned
   */
  void say(AttemptId assignment, ToCoordinator item, Effects effects) {
    held.toBeSaid(item);
    Deque<ToCoordinator> before = waiting.get(assignment);
    if (before != null) {
      before.add(item);
    } else if (blobs(item).isEmpty()) {
      sayNow(item, effects);
    } else {
      Deque<ToCoordinator> queue = new ArrayDeque<>();
      queue.add(item);
      waiting.put(assignment, queue);
      effects.upload(assignment, blobs(item));
    }
  }

  /** Says the last of an attempt that has ended. */
  void sayLast(AttemptId attempt, ToCoordinator item, Effects effects) {
    say(attempt, item, effects);
    held.ended(attempt);
  }

  /** Says that the attempt ends here, and that what was behind it is nobody's. */
  void giveBack(AttemptId attempt, long until, Effects effects) {
    held.cut(attempt, until);
    sayLast(attempt, new Retracted(attempt, until), effects);
  }

  /** Says what belongs to no attempt. */
  void sayNow(ToCoordinator item, Effects effects) {
    held.said(item);
    effects.say(item);
  }

  void uploaded(AttemptId assignment, Effects effects) {
    Deque<ToCoordinator> queue = waiting.get(assignment);
    if (queue == null) {
      return;
    }
    sayNow(queue.remove(), effects);
    while (!queue.isEmpty() && blobs(queue.element()).isEmpty()) {
      sayNow(queue.remove(), effects);
    }
    if (queue.isEmpty()) {
      waiting.remove(assignment);
    } else {
      effects.upload(assignment, blobs(queue.element()));
    }
  }

  /** Nothing more of this attempt needs to be said; what is being stored is, once it is. */
  void revoked(AttemptId assignment, AttemptId attempt) {
    Deque<ToCoordinator> queue = waiting.get(assignment);
    if (queue != null) {
      ToCoordinator first = queue.element();
      queue.removeIf(item -> item != first && attempt.equals(Held.attemptOf(item)));
    }
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
