package io.muster.protocol.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The pair (next, end) of a running chunk in memory that worker and task process share: the process
 * takes indices from the front by compare-and-set, the worker lowers the end to take back the tail.
 * Both are offsets from the chunk's first index, 31 bits each, in one 64-bit word, so that one
 * compare-and-set sees both. Any thread of either process may call.
 *
 * <p>A second word holds when the process took what it runs now, by {@link System#nanoTime()},
 * which on one machine is one clock for all processes (CLOCK_MONOTONIC).
 */
public final class ChunkCursor {
  /** The most tasks that a chunk can have. */
  public static final long MAX_TASKS = Integer.MAX_VALUE;

  private static final int FILE_BYTES = 64;
  private static final int TAKEN_AT = 8;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;

  private ChunkCursor(ByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Maps the file, made when it is not there; the mapping lives as long as this object. The file is
   * written before it is mapped: on a full disk that fails, where the first access to the memory
   * would end the thread or the process.
   */
  public static ChunkCursor map(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() < FILE_BYTES) {
        channel.write(ByteBuffer.allocate(FILE_BYTES), 0);
      }
      return new ChunkCursor(channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot map the chunk cursor " + file, e);
    }
  }

  /** The worker sets up a chunk of {@code tasks} tasks; the process must be idle. */
  public void reset(long tasks) {
    if (tasks < 0 || tasks > MAX_TASKS) {
      throw new IllegalArgumentException("a chunk has 0 to " + MAX_TASKS + " tasks, not " + tasks);
    }
    LONG.setVolatile(memory, TAKEN_AT, System.nanoTime());
    LONG.setVolatile(memory, 0, pack(0, tasks));
  }

  /**
   * The process takes up to {@code most} indices.
   *
   * @return the first offset taken in the high 32 bits, how many in the low 32 bits; 0 in the low
   *     bits when none is left
   */
  public long take(long most) {
    while (true) {
      long pair = (long) LONG.getVolatile(memory, 0);
      long next = next(pair);
      long taken = Math.min(most, end(pair) - next);
      if (taken <= 0) {
        return next << 32;
      }
      // Written before the take is seen, so that the worker never times a task by the start of the
      // one before it.
      LONG.setVolatile(memory, TAKEN_AT, System.nanoTime());
      if (LONG.compareAndSet(memory, 0, pair, pack(next + taken, end(pair)))) {
        return next << 32 | taken;
      }
    }
  }

  /**
   * The worker lowers the end, keeping {@code keepPermille} of what is not taken, rounded up.
   *
   * @return the end as it is now, an offset
   */
  public long retract(int keepPermille) {
    while (true) {
      long pair = (long) LONG.getVolatile(memory, 0);
      long next = next(pair);
      long left = end(pair) - next;
      long end = next + (left * keepPermille + 999) / 1000;
      if (end == end(pair) || LONG.compareAndSet(memory, 0, pair, pack(next, end))) {
        return end;
      }
    }
  }

  /**
   * The worker wants one task not to run: if it is not taken yet, the end is lowered to it; if it
   * is the last one taken, to the one behind it.
   *
   * @return the first offset not taken at that moment: at most {@code offset} if the task will not
   *     be taken, the one behind it if it may be running, and a greater one if it is over, in which
   *     case nothing was changed
   */
  public long stopAt(long offset) {
    while (true) {
      long pair = (long) LONG.getVolatile(memory, 0);
      long next = next(pair);
      long end = Math.min(end(pair), Math.max(next, offset));
      if (next > offset + 1
          || end == end(pair)
          || LONG.compareAndSet(memory, 0, pair, pack(next, end))) {
        return next;
      }
    }
  }

  /** The first offset not taken. */
  public long next() {
    return next((long) LONG.getVolatile(memory, 0));
  }

  /** The chunk's end, an offset. */
  public long end() {
    return end((long) LONG.getVolatile(memory, 0));
  }

  /** When the process last took something, by {@link System#nanoTime()}. */
  public long takenAt() {
    return (long) LONG.getVolatile(memory, TAKEN_AT);
  }

  private static long pack(long next, long end) {
    return next << 32 | end;
  }

  private static long next(long pair) {
    return pair >>> 32;
  }

  private static long end(long pair) {
    return pair & 0xFFFF_FFFFL;
  }
}
