package io.muster.coordinator.blobs;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Large things by content. Any thread; calls block on the disk. A blob stays for ten minutes from
 * when somebody put it or asked for it by {@link #missing}, and as long as a job names it.
 */
public interface Blobs {
  /** Whether it is here, whole. */
  boolean has(BlobId blob);

  /** Those that are not here; the others are pinned for ten minutes. */
  List<BlobRef> missing(List<BlobRef> blobs);

  /** Begins to store a blob. */
  Upload put(BlobRef blob) throws IOException;

  /** Why the last upload that failed found no room, until one has been stored again. */
  Optional<String> trouble();

  /** Reads a blob from its beginning; {@link NoSuchFileException} if it is not here. */
  InputStream get(BlobId blob) throws IOException;

  /** Deletes all that are neither named nor pinned. */
  void sweep(Set<BlobId> named) throws IOException;

  /** How many bytes are on disk. */
  long size();

  /** A blob on its way in; one thread at a time. Closing before {@link #commit} discards it. */
  interface Upload extends AutoCloseable {
    /** The next bytes. */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * All is written: the blob is here from now on. Throws {@link WrongContent} if the bytes are
     * not the blob's.
     */
    void commit() throws IOException;

    @Override
    void close();
  }

  /** What was uploaded has another hash or size than its name says. */
  final class WrongContent extends IOException {
    public WrongContent(String message) {
      super(message);
    }
  }
}
