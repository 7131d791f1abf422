package io.muster.harness;

import io.muster.protocol.ToCoordinator.LogStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Keeps the last bytes of two streams in the order in which they were written. */
final class LogTail {
  /** Bytes written one after the other to one stream. */
  record Run(LogStream stream, byte[] bytes) {}

  private static final int FIRST_CAPACITY = 4096;

  private final int limit;
  private byte[] ring = new byte[0];

  /** For each byte of the ring, whether it was written to standard error. */
  private BitSet isError = new BitSet();

  private int start;
  private int size;
  private long leftOut;

  LogTail(long limit) {
    this.limit = (int) Math.min(limit, Integer.MAX_VALUE / 2);
  }

  void add(LogStream stream, byte[] bytes, int offset, int length) {
    if (length > limit) {
      leftOut += size + (long) length - limit;
      start = 0;
      size = 0;
      put(stream, bytes, offset + length - limit, limit);
      return;
    }
    int over = size + length - limit;
    if (over > 0) {
      start = (start + over) % limit;
      size -= over;
      leftOut += over;
    }
    put(stream, bytes, offset, length);
  }

  /** Hands over what is kept, after a line about what is not, and forgets it. */
  List<Run> take() {
    List<Run> runs = new ArrayList<>();
    if (leftOut > 0) {
      LogStream first = isError.get(start) ? LogStream.STDERR : LogStream.STDOUT;
      runs.add(new Run(first, TaskOutput.leftOut(leftOut).getBytes(StandardCharsets.UTF_8)));
    }
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    int at = start;
    int left = size;
    while (left > 0) {
      boolean error = isError.get(at);
      int change = error ? isError.nextClearBit(at) : isError.nextSetBit(at);
      int end = change < 0 ? ring.length : Math.min(change, ring.length);
      int length = Math.min(end - at, left);
      run.write(ring, at, length);
      at = (at + length) % ring.length;
      left -= length;
      if (left == 0 || isError.get(at) != error) {
        runs.add(new Run(error ? LogStream.STDERR : LogStream.STDOUT, run.toByteArray()));
        run.reset();
      }
    }
    start = 0;
    size = 0;
    leftOut = 0;
    return runs;
  }

  private void put(LogStream stream, byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (size + length > ring.length) {
      grow(size + length);
    }
    int at = (start + size) % ring.length;
    int first = Math.min(length, ring.length - at);
    copy(stream, bytes, offset, at, first);
    copy(stream, bytes, offset + first, 0, length - first);
    size += length;
  }

  private void copy(LogStream stream, byte[] bytes, int offset, int at, int length) {
    System.arraycopy(bytes, offset, ring, at, length);
    isError.set(at, at + length, stream == LogStream.STDERR);
  }

  /** Only a ring that has never wrapped is smaller than its limit, so it is copied straight. */
  private void grow(int wanted) {
    long capacity = Math.max(wanted, Math.max(FIRST_CAPACITY, 2L * ring.length));
    byte[] larger = new byte[(int) Math.min(limit, capacity)];
    BitSet flags = new BitSet(larger.length);
    flags.or(isError);
    System.arraycopy(ring, 0, larger, 0, ring.length);
    ring = larger;
    isError = flags;
  }
}
