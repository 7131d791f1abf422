package io.muster.harness;

/**
 * How much of a range is run at once: an eighth of a chunk, so that the rest can be taken back
 * soon, but what takes between 20 and 100 ms, so that beginning anew costs little; learned by
 * doubling from 1, and kept from chunk to chunk.
 */
final class BlockSize {
  private static final double SHORTEST_NANOS = 20e6;
  private static final double LONGEST_NANOS = 100e6;
  private static final double PARTS = 8;

  private long size = 1;
  private double target = SHORTEST_NANOS;
  private double nanosPerTask;

  /** What follows is of a chunk with so many tasks. */
  void chunkOf(long tasks) {
    target = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, tasks * nanosPerTask / PARTS));
  }

  long get() {
    return size;
  }

  /** A block of so many took so long. */
  void ran(long tasks, long nanos) {
    if (tasks < size && nanos < SHORTEST_NANOS) {
      return; // the last block of a chunk, cut short, teaches little
    }
    nanosPerTask = Math.max(1.0, nanos) / tasks;
    double wanted = target / nanosPerTask;
    size = (long) Math.max(1, Math.min(2.0 * size, wanted));
  }
}
