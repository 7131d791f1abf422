package io.muster.harness;

/**
 * How much of a range is run at once: what takes about {@link #TARGET_NANOS}, so that the rest can
 * be taken back soon; learned by doubling from 1, and kept from chunk to chunk.
 */
final class BlockSize {
  private static final long TARGET_NANOS = 20_000_000;

  private long size = 1;

  long get() {
    return size;
  }

  /** A block of so many took so long. */
  void ran(long tasks, long nanos) {
    if (tasks < size && nanos < TARGET_NANOS) {
      return; // the last block of a chunk, cut short, teaches little
    }
    double wanted = (double) TARGET_NANOS / Math.max(1, nanos) * tasks;
    size = (long) Math.max(1, Math.min(2.0 * size, wanted));
  }
}
