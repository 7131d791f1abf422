package io.muster.client.session;

import io.muster.protocol.Failure;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tells who waits for calls how they ended. What an answer throws costs its own call alone. */
final class Delivery {
  private Delivery() {}

  /**
   * @param taken who waits for each of the interval's tasks; null: nobody
   * @param positions of each among the calls of its answer
   */
  static void deliver(String worker, Outcomes outcomes, @Nullable Answer[] taken, int[] positions) {
    Values values = outcomes.values();
    int[] failed = outcomes.failedOffsets();
    long from = outcomes.interval().from();
    int nextFailed = 0;
    int value = 0;
    int at = 0;
    for (int offset = 0; offset < taken.length; offset++) {
      Answer answer = taken[offset];
      if (nextFailed < failed.length && failed[nextFailed] == offset) {
        if (answer != null) {
          Failure failure = outcomes.failures().get(outcomes.causes()[nextFailed]);
          CallFailure why =
              new CallFailure(from + offset, outcomes.tries()[nextFailed], worker, failure);
          say(answer, positions[offset], (to, position) -> to.failed(position, why));
        }
        nextFailed++;
      } else {
        int length = values.lengths()[value++];
        if (answer != null) {
          succeed(answer, positions[offset], values.bytes(), at, length);
        }
        at += length;
      }
    }
  }

  private static void succeed(Answer answer, int position, byte[] bytes, int at, int length) {
    try {
      answer.succeeded(position, bytes, at, length);
    } catch (RuntimeException | Error e) {
      answer.dropped(position, e);
    }
  }

  static void say(Answer answer, int position, BiConsumer<Answer, Integer> said) {
    try {
      said.accept(answer, position);
    } catch (RuntimeException | Error e) {
      answer.dropped(position, e);
    }
  }
}
