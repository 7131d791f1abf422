package io.muster.coordinator.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of one file at any place. A file that is not there (yet) is one without blocks. One
 * thread at a time.
 */
final class BlockReader implements Closeable {
  private final Path path;
  private final Disk disk;
  private final ByteBuffer head = ByteBuffer.allocate(Block.HEAD);
  private @Nullable FileChannel channel;

  BlockReader(Path path, Disk disk) {
    this.path = path;
    this.disk = disk;
  }

  /** The head of the block at this place, or null if none begins there. */
  @Nullable Block head(long offset) throws IOException {
    head.clear();
    return read(head, offset) ? Block.read(head) : null;
  }

  /** The head of a block that has to be there. */
  Block headAt(long offset) throws IOException {
    Block block = head(offset);
    if (block == null) {
      throw damaged(offset);
    }
    return block;
  }

  /** The bytes of the block at this place. */
  byte[] bytes(Block block, long offset) throws IOException {
    byte[] bytes = new byte[block.length()];
    if (!read(ByteBuffer.wrap(bytes), offset + Block.HEAD)
        || Block.checksum(bytes, 0, bytes.length) != block.checksum()) {
      throw damaged(offset);
    }
    return bytes;
  }

  private boolean read(ByteBuffer into, long offset) throws IOException {
    FileChannel file = channel;
    if (file == null) {
      try {
        file = disk.open(path, StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        return false;
      }
      channel = file;
    }
    long position = offset;
    while (into.hasRemaining()) {
      int n = file.read(into, position);
      if (n < 0) {
        return false;
      }
      position += n;
    }
    return true;
  }

  private IOException damaged(long offset) {
    return new IOException("damaged: " + path + " at byte " + offset);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
