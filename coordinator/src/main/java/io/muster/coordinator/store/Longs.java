package io.muster.coordinator.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * So many numbers, off the heap if they are many: in memory that a file stands for, which is gone
 * when nobody uses it any more. One thread at a time.
 */
final class Longs {
  /** So many are kept on the heap. */
  private static final int FEW = 8 * 1024;

  /** Numbers a mapping. */
  private static final int SEGMENT_BITS = 26;

  private static final long SEGMENT = 1L << SEGMENT_BITS;

  private final LongBuffer[] segments;

  private Longs(LongBuffer[] segments) {
    this.segments = segments;
  }

  /**
   * All 0.
   *
   * @param folder for the file
   */
  static Longs of(long count, Path folder) throws IOException {
    if (count <= FEW) {
      return new Longs(new LongBuffer[] {LongBuffer.allocate((int) count)});
    }
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "order", ".tmp");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      LongBuffer[] segments = new LongBuffer[(int) ((count + SEGMENT - 1) >>> SEGMENT_BITS)];
      for (int k = 0; k < segments.length; k++) {
        long first = k * SEGMENT;
        long size = Math.min(SEGMENT, count - first);
        ByteBuffer mapped =
            channel.map(FileChannel.MapMode.READ_WRITE, first * Long.BYTES, size * Long.BYTES);
        segments[k] = mapped.asLongBuffer();
      }
      return new Longs(segments);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  long get(long index) {
    return segments[(int) (index >>> SEGMENT_BITS)].get((int) (index & (SEGMENT - 1)));
  }

  void set(long index, long value) {
    segments[(int) (index >>> SEGMENT_BITS)].put((int) (index & (SEGMENT - 1)), value);
  }
}
