package io.muster.worker.io;

import io.muster.harness.IoProgram;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import io.muster.protocol.process.FromProcess.Divided;
import io.muster.protocol.process.FromProcess.Reported;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks of one attempt ended, until it is reported. They end in any order and are reported
 * in that of their indices: what has waited for long behind one that goes on is divided off. One
 * thread.
 */
final class ChunkBook {
  /** So long an ended task waits for those before it. */
  static final long PATIENCE_NANOS = 50_000_000;

  private static final int MOST_BYTES = 60 * 1024;

  private final AttemptId attempt;
  private final Encoding encoding;
  private final long first;
  private final int[] tries;
  private final @Nullable Ending[] endings;
  private final long[] endedAt;
  private final long began;
  private int size;
  private int next;

  /**
   * @param interval as assigned, or as it came about
   * @param tries which try each task is in; empty: all in their first
   */
  ChunkBook(AttemptId attempt, Interval interval, Encoding encoding, int[] tries, long now) {
    this.attempt = attempt;
    this.encoding = encoding;
    this.first = interval.from();
    this.tries = tries;
    size = (int) interval.size();
    endings = new Ending[size];
    endedAt = new long[size];
    began = now;
  }

  private ChunkBook(ChunkBook whole, int at) {
    attempt = whole.attempt.plus(at);
    encoding = whole.encoding;
    first = whole.first + at;
    tries =
        whole.tries.length == 0
            ? whole.tries
            : Arrays.copyOfRange(whole.tries, at, whole.tries.length);
    endings = Arrays.copyOfRange(whole.endings, at, whole.size);
    endedAt = Arrays.copyOfRange(whole.endedAt, at, whole.size);
    size = endings.length;
    began = whole.began;
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

  boolean isOver() {
    return next == size;
  }

  int tryOf(long index) {
    return tries.length == 0 ? 1 : tries[(int) (index - first)];
  }

  void ended(long index, Ending ending, long now) {
    int offset = (int) (index - first);
    endings[offset] = ending;
    endedAt[offset] = now;
  }

  /**
   * Says what there is to say.
   *
   * @param say the message, and about how many bytes it has
   * @param whole whether this failure of the job is told whole, or with others of its cause
   * @return what was divided off, from behind a task that goes on, and is to be reported next; or
   *     null
   */
  @Nullable ChunkBook report(
      long now, BiConsumer<FromProcess, Integer> say, ToIntFunction<Failure> whole) {
    while (next < size && endings[next] != null) {
      reportSome(now, say, whole);
    }
    if (isOver()) {
      say.accept(new ChunkEnded(attempt, until()), 20);
      return null;
    }
    int waiting = next + 1;
    while (waiting < size && endings[waiting] == null) {
      waiting++;
    }
    if (waiting == size || now - oldest(waiting) < PATIENCE_NANOS) {
      return null;
    }
    return dividedAt(waiting, say);
  }

  private long oldest(int from) {
    long oldest = Long.MAX_VALUE;
    for (int k = from; k < size; k++) {
      if (endings[k] != null) {
        oldest = Math.min(oldest, endedAt[k]);
      }
    }
    return oldest;
  }

  /** Whether something has ended and is not reported. */
  boolean hasNews() {
    for (int k = next; k < size; k++) {
      if (endings[k] != null) {
        return true;
      }
    }
    return false;
  }

  private ChunkBook dividedAt(int at, BiConsumer<FromProcess, Integer> say) {
    ChunkBook rest = new ChunkBook(this, at);
    size = at;
    say.accept(new Divided(attempt, first + at, rest.attempt), 40);
    return rest;
  }

  private void reportSome(
      long now, BiConsumer<FromProcess, Integer> say, ToIntFunction<Failure> whole) {
    int from = next;
    int weight = 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> lengths = new ArrayList<>();
    List<Values.BlobValue> blobs = new ArrayList<>();
    List<Integer> failed = new ArrayList<>();
    List<Integer> causes = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    List<Integer> keys = new ArrayList<>();
    while (next < size && endings[next] != null && weight < MOST_BYTES) {
      Ending ending = endings[next];
      if (ending instanceof Ending.Succeeded succeeded) {
        byte[] value = succeeded.value().bytes();
        if (succeeded.value().blob() != null) {
          blobs.add(new Values.BlobValue(lengths.size(), succeeded.value().blob()));
        }
        bytes.writeBytes(value);
        lengths.add(value.length);
        weight += value.length + 4;
      } else if (ending instanceof Ending.Failed it) {
        int key = whole.applyAsInt(it.failure());
        int cause = key < 0 ? -1 : keys.indexOf(key);
        if (cause < 0) {
          cause = failures.size();
          failures.add(it.failure());
          keys.add(key);
          weight += IoProgram.weight(it.failure());
        }
        failed.add(next - from);
        causes.add(cause);
        weight += 8;
      }
      next++;
    }
    int[] failedTries = new int[failed.size()];
    for (int k = 0; k < failedTries.length; k++) {
      failedTries[k] = tryOf(first + from + failed.get(k));
    }
    Arrays.fill(endings, from, next, null);
    Outcomes outcomes =
        new Outcomes(
            attempt,
            new Interval(first + from, first + next),
            false,
            new Values(encoding, bytes.toByteArray(), ints(lengths), List.copyOf(blobs)),
            ints(failed),
            ints(causes),
            failedTries,
            List.copyOf(failures),
            Math.max(1, now - began));
    say.accept(new Reported(outcomes), weight + 100);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
