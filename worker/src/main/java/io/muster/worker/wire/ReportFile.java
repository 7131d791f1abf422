package io.muster.worker.wire;

import io.muster.protocol.ToCoordinator;
import io.muster.protocol.wire.LinkWire;
import io.muster.protocol.wire.v1.CoordinatorItem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A first-in-first-out file of reports; it does not outlive the worker. One thread. */
public final class ReportFile {
  private final Path path;
  private @Nullable RandomAccessFile file;
  private long readAt;
  private long writeAt;

  public ReportFile(Path path) {
    this.path = path;
  }

  public boolean isEmpty() {
    return readAt == writeAt;
  }

  /** What it occupies. */
  public long bytes() {
    return writeAt;
  }

  /**
   * Adds one at the end, whole or not at all.
   *
   * @throws IOException when there is no room for it
   */
  public void add(ToCoordinator item) throws IOException {
    byte[] bytes = LinkWire.toProto(item).toByteArray();
    RandomAccessFile to = open();
    to.seek(writeAt);
    to.writeInt(bytes.length);
    to.write(bytes);
    writeAt += Integer.BYTES + bytes.length;
  }

  /** Removes the first. */
  public ToCoordinator take() {
    try {
      RandomAccessFile from = open();
      from.seek(readAt);
      byte[] bytes = new byte[from.readInt()];
      from.readFully(bytes);
      readAt += Integer.BYTES + bytes.length;
      if (isEmpty()) {
        clear();
      }
      return LinkWire.fromProto(CoordinatorItem.parseFrom(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read back what was kept in " + path, e);
    }
  }

  /** Forgets all. */
  public void clear() {
    readAt = 0;
    writeAt = 0;
    try {
      if (file != null) {
        file.close();
        file = null;
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path, e);
    }
  }

  private RandomAccessFile open() throws IOException {
    if (file == null) {
      file = new RandomAccessFile(path.toFile(), "rw");
    }
    return file;
  }
}
