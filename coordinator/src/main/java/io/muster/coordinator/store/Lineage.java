package io.muster.coordinator.store;

import io.muster.protocol.Outcomes;
import java.io.IOException;

/**
 * From which task of the stage before each input of a stage came. A block has, one behind the
 * other, runs of neighbouring tasks that gave equally many: how far the first is from where the run
 * before ended, how many tasks, how many inputs each.
 */
final class Lineage {
  /** Hears where inputs came from, in index order. */
  interface Into {
    void from(long input, long task);
  }

  private Lineage() {}

  /** Puts the lineage of outputs together, block by block. */
  static final class Writer {
    private final BlockWriter blocks;
    private final Bytes runs = new Bytes();
    private long expected;
    private long first;
    private long tasks;
    private long each;

    Writer(Bytes out, GroupTag tag) {
      blocks = new BlockWriter(out, Block.Type.LINEAGE, tag);
    }

    /** What these outcomes gave are the inputs from {@code from} on. */
    void add(long from, Outcomes outcomes) {
      runs.clear();
      // runs say no index: each begins where the one before ended
      blocks.begin(from, from + outcomes.values().count());
      if (blocks.at() == 0) {
        expected = 0;
      }
      tasks = 0;
      int[] failed = outcomes.failedOffsets();
      int[] counts = outcomes.counts();
      int size = Math.toIntExact(outcomes.interval().size());
      int succeeded = 0;
      for (int offset = 0, f = 0; offset < size; offset++) {
        if (f < failed.length && failed[f] == offset) {
          f++;
          continue;
        }
        int count = counts.length == 0 ? 1 : counts[succeeded];
        succeeded++;
        if (count > 0) {
          task(outcomes.interval().from() + offset, count);
        }
      }
      endRun();
      blocks.run(outcomes.values().count(), block -> block.put(runs));
    }

    private void task(long task, int count) {
      if (tasks > 0 && task == first + tasks && count == each) {
        tasks++;
        return;
      }
      endRun();
      first = task;
      tasks = 1;
      each = count;
    }

    private void endRun() {
      if (tasks > 0) {
        long gap = first - expected;
        runs.putVar((gap << 1) ^ (gap >> 63));
        runs.putVar(tasks);
        runs.putVar(each);
        expected = first + tasks;
        tasks = 0;
      }
    }

    void flush() {
      blocks.flush();
    }
  }

  /** How many inputs have a lineage. */
  static long count(BlockFile file) throws IOException {
    Extents extents = file.extents();
    return extents.size() == 0 ? 0 : extents.until(extents.size() - 1);
  }

  /** Reads that of the inputs below {@code until}. */
  static void read(BlockFile file, long until, Into into) throws IOException {
    long end = file.end();
    try (BlockReader reader = file.reader()) {
      for (long at = 0; at < end; ) {
        Block block = reader.headAt(at);
        if (block.from() >= until) {
          return;
        }
        read(block, reader.bytes(block, at), until, into);
        at += block.size();
      }
    }
  }

  private static void read(Block block, byte[] bytes, long until, Into into) {
    BytesIn in = new BytesIn(bytes, 0);
    long input = block.from();
    long task = 0;
    while (!in.atEnd()) {
      long coded = in.getVar();
      task += (coded >>> 1) ^ -(coded & 1);
      long tasks = in.getVar();
      long each = in.getVar();
      for (long k = 0; k < tasks; k++, task++) {
        for (long j = 0; j < each; j++, input++) {
          if (input >= until) {
            return;
          }
          into.from(input, task);
        }
      }
    }
  }
}
