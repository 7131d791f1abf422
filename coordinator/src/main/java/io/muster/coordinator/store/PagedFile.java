package io.muster.coordinator.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads small parts of a file here and there; pages that were read last are kept. One thread. */
final class PagedFile implements Closeable {
  private static final int PAGE = 16 * 1024;
  private static final int KEPT = 256;

  private final Path path;
  private final Disk disk;
  private final Map<Long, byte[]> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > KEPT;
        }
      };

  private @Nullable FileChannel channel;

  PagedFile(Path path, Disk disk) {
    this.path = path;
    this.disk = disk;
  }

  void read(long offset, byte[] into) throws IOException {
    int done = 0;
    while (done < into.length) {
      long at = offset + done;
      byte[] page = page(at / PAGE);
      int start = (int) (at % PAGE);
      int length = Math.min(into.length - done, page.length - start);
      if (length <= 0) {
        throw new EOFException(path + " ends before byte " + (offset + into.length));
      }
      System.arraycopy(page, start, into, done, length);
      done += length;
    }
  }

  private byte[] page(long number) throws IOException {
    byte[] known = pages.get(number);
    if (known == null) {
      FileChannel file = channel;
      if (file == null) {
        file = disk.open(path, StandardOpenOption.READ);
        channel = file;
      }
      ByteBuffer read = ByteBuffer.allocate(PAGE);
      long position = number * PAGE;
      while (read.hasRemaining()) {
        int n = file.read(read, position + read.position());
        if (n < 0) {
          break;
        }
      }
      known = java.util.Arrays.copyOf(read.array(), read.position());
      pages.put(number, known);
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
