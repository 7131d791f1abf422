package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import io.muster.protocol.Outcomes;

/**
 * The failures of one job in one group: first a block of the causes that are new, where there are
 * any, then the failures.
 */
final class FailureBlocks {
  private final Causes causes;
  private final long causesAt;
  private final GroupTag tag;
  private final Bytes newCauses = new Bytes();
  private final Bytes failures = new Bytes();
  private final BlockWriter writer;
  private final int firstCause;

  /**
   * @param end where the file ends, and so where the block of causes will be
   */
  FailureBlocks(Causes causes, long end, GroupTag tag) {
    this.causes = causes;
    this.causesAt = end;
    this.tag = tag;
    this.writer = new BlockWriter(failures, Block.Type.FAILURES, tag);
    this.firstCause = causes.count() + 1;
  }

  /** Those that are the last word on their tasks. */
  void add(Pending.Failed failed) {
    Outcomes outcomes = failed.outcomes();
    int[] offsets = outcomes.failedOffsets();
    int[] numbers = new int[outcomes.failures().size()];
    Bytes entries = new Bytes();
    long from = outcomes.interval().from();
    int count = 0;
    long first = 0;
    long previous = 0;
    for (int k = 0; k < offsets.length; k++) {
      if (failed.retried()[k]) {
        continue;
      }
      long index = from + offsets[k];
      first = count == 0 ? index : first;
      entries.putVar(count == 0 ? 0 : index - previous - 1);
      entries.putVar(outcomes.tries()[k]);
      putCause(
          entries, outcomes.failures().get(outcomes.causes()[k]), numbers, outcomes.causes()[k]);
      previous = index;
      count++;
    }
    if (count > 0) {
      long start = first;
      long base = writer.begin(first, previous + 1);
      int entriesCount = count;
      writer.run(
          count,
          block -> {
            block.putVar(start - base);
            block.putString(failed.worker().value());
            block.putVar(entriesCount);
            block.put(entries);
          });
    }
  }

  private void putCause(Bytes entries, Failure failure, int[] numbers, int at) {
    if (causes.nextIsWhole()) {
      entries.putVar(0);
      FailureText.put(entries, failure);
      return;
    }
    if (numbers[at] == 0) {
      numbers[at] = number(failure);
    }
    entries.putVar(numbers[at]);
  }

  private int number(Failure failure) {
    long key = causes.key(failure);
    int known = causes.number(key);
    if (known != 0) {
      return known;
    }
    newCauses.putLong(key);
    int number = causes.add(key, causesAt, newCauses.size());
    FailureText.put(newCauses, failure);
    return number;
  }

  void putInto(Bytes out) {
    writer.flush();
    int count = causes.count() - firstCause + 1;
    if (count > 0) {
      Block.put(out, Block.Type.CAUSES, tag, 0, 1, count, newCauses.array(), newCauses.size());
    }
    out.put(failures);
  }
}
