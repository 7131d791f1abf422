package io.muster.coordinator.store;

import java.util.function.Consumer;

/**
 * Puts runs of entries into blocks, for one file and one group. Within a block runs do not overlap
 * and come in index order, blocks stay near {@value #FULL} bytes, and a block does not reach over a
 * wide gap: then reading in index order holds few of them at a time.
 */
final class BlockWriter {
  static final int FULL = 64 * 1024;
  private static final long GAP = 4096;

  private final Bytes out;
  private final Block.Type type;
  private final GroupTag tag;
  private final Bytes block = new Bytes();
  private long from;
  private long until;
  private int count;

  BlockWriter(Bytes out, Block.Type type, GroupTag tag) {
    this.out = out;
    this.type = type;
    this.tag = tag;
  }

  /** Makes room for a run of these indices: what is put next goes behind the returned base. */
  long begin(long first, long end) {
    if (count > 0 && (first < until || first - until > GAP || block.size() >= FULL)) {
      flush();
    }
    if (count == 0) {
      from = first;
      until = end;
    }
    until = Math.max(until, end);
    return from;
  }

  /** As {@link #begin}, where the order of entries is that of their arrival. */
  void beginAny(long first, long end) {
    if (block.size() >= FULL) {
      flush();
    }
    from = count == 0 ? first : Math.min(from, first);
    until = count == 0 ? end : Math.max(until, end);
  }

  /** The run that was begun. */
  void run(int entries, Consumer<Bytes> put) {
    put.accept(block);
    count += entries;
  }

  /** Where the next run's bytes begin within their block. */
  int at() {
    return block.size();
  }

  /** The last block is as it is. */
  void flush() {
    if (count > 0) {
      Block.put(out, type, tag, from, until, count, block.array(), block.size());
      block.clear();
      count = 0;
    }
  }
}
