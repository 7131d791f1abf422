package io.muster.worker.io;

import io.muster.harness.IoProgram.Encoded;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.worker.process.OutcomeBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks of one attempt ended, until it is reported. They end in any order and are reported
 * in that of their indices: what has waited for long behind one that goes on is divided off. One
 * thread.
 */
final class ChunkBook {
  /** So long an ended task waits for those before it. */
  static final long PATIENCE_NANOS = 50_000_000;

  private final AttemptId attempt;
  private final Encoding encoding;
  private final long first;
  private final int[] tries;
  private final long began;

  /** Of each task, how it ended; null before it did, and once that is reported. */
  private final @Nullable Ending[] endings;

  private final long[] endedAt;
  private int size;

  /** The first task that is not reported. */
  private int next;

  /**
   * @param interval as assigned, or as it came about
   * @param encoding of the results
   * @param tries which try each task is in; empty: all in their first
   */
  ChunkBook(AttemptId attempt, Interval interval, Encoding encoding, int[] tries, long now) {
    this.attempt = attempt;
    this.encoding = encoding;
    this.first = interval.from();
    this.tries = tries;
    this.began = now;
    size = (int) interval.size();
    endings = new Ending[size];
    endedAt = new long[size];
  }

  private ChunkBook(ChunkBook whole, int at) {
    attempt = whole.attempt.plus(at);
    encoding = whole.encoding;
    first = whole.first + at;
    tries = whole.tries.length == 0 ? whole.tries : tail(whole.tries, at);
    began = whole.began;
    size = whole.size - at;
    endings = Arrays.copyOfRange(whole.endings, at, whole.size);
    endedAt = Arrays.copyOfRange(whole.endedAt, at, whole.size);
  }

  private static int[] tail(int[] numbers, int at) {
    return Arrays.copyOfRange(numbers, at, numbers.length);
  }

  AttemptId attempt() {
    return attempt;
  }

  long first() {
    return first;
  }

  long until() {
    return first + size;
  }

  int tryOf(long index) {
    return tries.length == 0 ? 1 : tries[(int) (index - first)];
  }

  void ended(long index, Ending ending, long now) {
    int offset = (int) (index - first);
    endings[offset] = ending;
    endedAt[offset] = now;
  }

  /** Whether all is reported. */
  boolean isOver() {
    return next == size;
  }

  /** Whether something has ended and is not reported. */
  boolean hasNews() {
    return firstEnded(next) < size;
  }

  /** Says how those ended that stand next. */
  void report(Causes causes, Consumer<Outcomes> say) {
    OutcomeBuffer buffer = new OutcomeBuffer(attempt, first + next, encoding);
    while (next < size && endings[next] != null) {
      add(endings[next], causes, buffer);
      endings[next] = null;
      next++;
      if (buffer.hasEnough()) {
        buffer.take().ifPresent(say);
      }
    }
    buffer.take().ifPresent(say);
  }

  private void add(Ending ending, Causes causes, OutcomeBuffer buffer) {
    long nanos = Math.max(1, endedAt[next] - began);
    if (ending instanceof Ending.Failed failed) {
      buffer.failed(causes.told(failed.why()), tryOf(first + next), nanos);
    } else if (ending instanceof Ending.Gave gave) {
      buffer.succeeded(gave.outputs(), nanos);
    } else if (ending instanceof Ending.Succeeded succeeded) {
      Encoded value = succeeded.value();
      if (value.blob() == null) {
        buffer.succeeded(value.bytes(), nanos);
      } else {
        buffer.succeeded(value.blob(), nanos);
      }
    }
  }

  /**
   * Divides off what has waited for long behind tasks that go on.
   *
   * @return it begins with a task that has ended; null: nothing has
   */
  @Nullable ChunkBook divide(long now) {
    int at = firstEnded(next);
    if (at == next || at == size || now - oldest(at) < PATIENCE_NANOS) {
      return null;
    }
    ChunkBook rest = new ChunkBook(this, at);
    size = at;
    return rest;
  }

  private int firstEnded(int from) {
    int k = from;
    while (k < size && endings[k] == null) {
      k++;
    }
    return k;
  }

  private long oldest(int from) {
    long oldest = endedAt[from];
    for (int k = from; k < size; k++) {
      if (endings[k] != null && endedAt[k] - oldest < 0) {
        oldest = endedAt[k];
      }
    }
    return oldest;
  }
}
