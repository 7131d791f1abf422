package io.muster.coordinator.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which task of a pipeline's first stage what came, and in which order that is: by those
 * tasks, of one task in the order in which it gave them, and so on through the stages. However many
 * there are, the heap has few of them.
 */
final class StageLines implements Lines {
  private static final int DIGIT_BITS = 16;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final long count;

  /** The task of the first stage; null: its own index. */
  private final @Nullable Longs lines;

  /** Where each stands in the order; null: where its index says. */
  private final @Nullable Longs ranks;

  private StageLines(long count, @Nullable Longs lines, @Nullable Longs ranks) {
    this.count = count;
    this.lines = lines;
    this.ranks = ranks;
  }

  /**
   * @param through files of the stages that lead back, the nearest first
   * @param until how many inputs of the nearest count
   * @param folder for what does not fit into memory
   */
  static StageLines read(List<BlockFile> through, long until, Path folder) throws IOException {
    // The nearest first: what it has by now came from what the others have a moment later.
    long[] counts = new long[through.size()];
    for (int k = 0; k < counts.length; k++) {
      long count = Lineage.count(through.get(k));
      counts[k] = k == 0 ? Math.min(until, count) : count;
    }
    StageLines back = new StageLines(until, null, null);
    for (int k = counts.length - 1; k >= 0; k--) {
      back = back.next(through.get(k), counts[k], folder);
    }
    return back;
  }

  /** The next stage's, each input of which came from one of these. */
  private StageLines next(BlockFile file, long inputs, Path folder) throws IOException {
    Longs keys = Longs.of(inputs, folder);
    Longs nextLines = Longs.of(inputs, folder);
    long[] greatest = {0};
    long[] before = {0};
    boolean[] ascend = {true};
    Lineage.read(
        file,
        inputs,
        (input, task) -> {
          long key = ranks == null ? task : ranks.get(task);
          keys.set(input, key);
          nextLines.set(input, of(task));
          ascend[0] &= key >= before[0];
          before[0] = key;
          greatest[0] = Math.max(greatest[0], key);
        });
    Longs nextRanks =
        ascend[0] ? null : inverse(sorted(keys, inputs, greatest[0], folder), inputs, folder);
    return new StageLines(inputs, nextLines, nextRanks);
  }

  /**
   * Indices in the order of their keys, of equal ones in their own: radix sort from the lowest
   * digit.
   */
  private static Longs sorted(Longs keys, long count, long greatest, Path folder)
      throws IOException {
    Longs from = Longs.of(count, folder);
    Longs into = Longs.of(count, folder);
    for (long i = 0; i < count; i++) {
      from.set(i, i);
    }
    for (int shift = 0; shift < Long.SIZE && greatest >>> shift > 0; shift += DIGIT_BITS) {
      long[] next = new long[DIGITS + 1];
      for (long i = 0; i < count; i++) {
        next[digit(keys.get(i), shift) + 1]++;
      }
      for (int d = 0; d < DIGITS; d++) {
        next[d + 1] += next[d];
      }
      for (long i = 0; i < count; i++) {
        long index = from.get(i);
        into.set(next[digit(keys.get(index), shift)]++, index);
      }
      Longs swapped = from;
      from = into;
      into = swapped;
    }
    return from;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }

  private static Longs inverse(Longs order, long count, Path folder) throws IOException {
    Longs inverse = Longs.of(count, folder);
    for (long i = 0; i < count; i++) {
      inverse.set(order.get(i), i);
    }
    return inverse;
  }

  long count() {
    return count;
  }

  /** Indices in the order of lines, or null: they are in it. */
  @Nullable Longs order(Path folder) throws IOException {
    return ranks == null ? null : inverse(ranks, count, folder);
  }

  @Override
  public long of(long index) {
    return lines == null ? index : lines.get(index);
  }
}
