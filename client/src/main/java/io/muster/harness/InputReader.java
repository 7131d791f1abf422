package io.muster.harness;

import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the values of a message one after the other, those that are in files too. */
final class InputReader {
  private final Values values;
  private final ValueReader reader;
  private final Path blobs;
  private int next;
  private int offset;
  private int nextBlob;

  /**
   * @param blobs folder with values that were too large for the message
   */
  InputReader(Values values, ValueReader reader, Path blobs) {
    this.values = values;
    this.reader = reader;
    this.blobs = blobs;
  }

  boolean hasNext() {
    return next < values.count();
  }

  /** Goes on to the value at this position, which is not before the next one. */
  void skipTo(int position) {
    while (next < position) {
      skip();
    }
  }

  /** Reads the next value; it counts as read also when it can't be. */
  @Nullable Object read() throws UncodableValueException, IOException {
    int position = next;
    int start = offset;
    BlobValue blob = blobAt(position);
    skip();
    if (blob == null) {
      return reader.read(values.bytes(), start, offset - start);
    }
    byte[] bytes = Files.readAllBytes(blobs.resolve(blob.blob().id().sha256()));
    return reader.read(bytes, 0, bytes.length);
  }

  private @Nullable BlobValue blobAt(int position) {
    if (nextBlob == values.blobs().size()) {
      return null;
    }
    BlobValue blob = values.blobs().get(nextBlob);
    return blob.position() == position ? blob : null;
  }

  private void skip() {
    if (blobAt(next) != null) {
      nextBlob++;
    }
    offset += values.lengths()[next];
    next++;
  }
}
