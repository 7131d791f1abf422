package io.muster.coordinator.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a file's blocks in index order; of several for one index, the one that was
 * appended last. Blocks are opened when their least index is reached, and only so many are kept in
 * memory.
 *
 * @param <C> for this type of block
 */
final class Merge<C extends Cursor> implements Closeable {
  private static final int LOADED = 64;

  /** Something that begins at an index: some blocks not looked at yet, or one with its cursor. */
  private record Candidate<C>(long index, int rank, long offset, long end, @Nullable C cursor) {}

  private final BlockReader reader;
  private final Block.Type type;
  private final long from;
  private final long until;
  private final BiFunction<Block, Long, C> cursors;
  private final PriorityQueue<Candidate<C>> candidates =
      new PriorityQueue<>(
          Comparator.<Candidate<C>>comparingLong(Candidate::index)
              .thenComparingInt(Candidate::rank)
              .thenComparing(Comparator.<Candidate<C>>comparingLong(Candidate::offset).reversed()));

  private @Nullable C current;
  private long last = -1;
  private int loaded;

  Merge(
      BlockReader reader,
      Extents extents,
      Block.Type type,
      long from,
      long until,
      BiFunction<Block, Long, C> cursors) {
    this.reader = reader;
    this.type = type;
    this.from = from;
    this.until = until;
    this.cursors = cursors;
    for (int i = 0; i < extents.size(); i++) {
      if (extents.from(i) < until && from < extents.until(i)) {
        candidates.add(
            new Candidate<>(extents.from(i), 0, extents.offset(i), extents.endOf(i), null));
      }
    }
  }

  /** A cursor at the next entry, to be used before the next call, or null at the end. */
  @Nullable C next() throws IOException {
    C previous = current;
    current = null;
    if (previous != null) {
      stepOn(previous);
    }
    while (current == null) {
      Candidate<C> first = candidates.poll();
      if (first == null || first.index() >= until) {
        return null;
      }
      C cursor = first.cursor();
      if (cursor == null) {
        open(first);
      } else if (!cursor.started || cursor.index == last || cursor.index < from) {
        cursor.started = true;
        stepOn(cursor);
      } else {
        bytes(cursor);
        current = cursor;
      }
    }
    last = current.index;
    return current;
  }

  /** Steps, and puts it back among the others, or makes it current if it is the first anyway. */
  private void stepOn(C cursor) throws IOException {
    byte[] bytes = bytes(cursor);
    boolean more = cursor.step(bytes);
    while (more && cursor.index < from) {
      more = cursor.step(bytes);
    }
    if (!more) {
      letGo(cursor);
      return;
    }
    Candidate<C> first = candidates.peek();
    if ((first == null || cursor.index < first.index())
        && cursor.index != last
        && cursor.index < until) {
      current = cursor;
      return;
    }
    if (loaded > LOADED) {
      letGo(cursor);
    }
    candidates.add(new Candidate<>(cursor.index, 2, cursor.offset, 0, cursor));
  }

  private void open(Candidate<C> blocks) throws IOException {
    for (long at = blocks.offset(); at < blocks.end(); ) {
      Block block = reader.headAt(at);
      if (block.type() == type && block.from() < until && from < block.until()) {
        candidates.add(new Candidate<>(block.from(), 1, at, 0, cursors.apply(block, at)));
      }
      at += block.size();
    }
  }

  private byte[] bytes(C cursor) throws IOException {
    byte[] bytes = cursor.bytes;
    if (bytes == null) {
      bytes = reader.bytes(cursor.block, cursor.offset);
      cursor.bytes = bytes;
      loaded++;
    }
    return bytes;
  }

  private void letGo(C cursor) {
    cursor.bytes = null;
    loaded--;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
