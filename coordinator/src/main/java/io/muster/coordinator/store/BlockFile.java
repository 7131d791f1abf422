package io.muster.coordinator.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One append-only file of blocks. Appended to by one thread, read by any. What is on disk behind
 * the last block that counts (a group that was never written, half a block) is not seen, and is cut
 * off before the first append.
 */
final class BlockFile implements Closeable {
  private final Path path;
  private final Disk disk;
  private final Predicate<GroupTag> written;
  private @Nullable Extents extents;
  private @Nullable FileChannel out;

  /**
   * @param written which records are in the journal, as far as they were there when the epoch began
   */
  BlockFile(Path path, Disk disk, Predicate<GroupTag> written) {
    this.path = path;
    this.disk = disk;
    this.written = written;
  }

  Path path() {
    return path;
  }

  /** Where which indices are, as of now. */
  synchronized Extents extents() throws IOException {
    return opened().copy();
  }

  /** Where to look for an index, if indices ascend through the file. */
  synchronized long offsetOf(long index) throws IOException {
    Extents all = opened();
    return all.size() == 0 ? 0 : all.offset(all.holding(index));
  }

  synchronized long seek(long position, long index) throws IOException {
    return opened().seek(position, index);
  }

  /** Where the last block ends. */
  synchronized long end() throws IOException {
    return opened().end();
  }

  /** Another file was moved here. */
  synchronized void moved() {
    extents = null;
  }

  /** Cuts off what does not count. */
  synchronized void clean() throws IOException {
    long end = opened().end();
    if (Files.exists(path) && Files.size(path) > end) {
      try (FileChannel cut = disk.open(path, StandardOpenOption.WRITE)) {
        cut.truncate(end);
      }
    }
  }

  /** Whole blocks, one behind the other; after {@link #clean}. */
  synchronized void append(Bytes blocks) throws IOException {
    if (blocks.size() == 0) {
      return;
    }
    Extents all = opened();
    FileChannel channel = out;
    if (channel == null) {
      Files.createDirectories(path.getParent());
      channel = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      out = channel;
    }
    ByteBuffer bytes = ByteBuffer.wrap(blocks.array(), 0, blocks.size());
    long position = all.end();
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    byte[] head = new byte[Block.HEAD];
    for (long at = 0; at < blocks.size(); ) {
      System.arraycopy(blocks.array(), (int) at, head, 0, Block.HEAD);
      Block block = Block.read(ByteBuffer.wrap(head));
      if (block == null) {
        throw new IllegalStateException("no block at " + at + " of what is appended to " + path);
      }
      all.add(block);
      at += block.size();
    }
  }

  /** For reading, whatever becomes of this. */
  BlockReader reader() throws IOException {
    opened();
    return new BlockReader(path, disk);
  }

  private synchronized Extents opened() throws IOException {
    Extents known = extents;
    if (known != null) {
      return known;
    }
    Extents found = new Extents();
    if (Files.exists(path)) {
      long size = Files.size(path);
      try (BlockReader reader = new BlockReader(path, disk)) {
        Block block;
        while ((block = reader.head(found.end())) != null
            && found.end() + block.size() <= size
            && written.test(block.tag())) {
          found.add(block);
        }
      }
    }
    extents = found;
    return found;
  }

  @Override
  public synchronized void close() throws IOException {
    if (out != null) {
      out.close();
      out = null;
    }
  }
}
