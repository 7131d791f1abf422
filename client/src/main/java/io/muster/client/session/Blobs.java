package io.muster.client.session;

import io.muster.client.model.AnswerStream;
import io.muster.client.wire.CoordinatorApi;
import io.muster.code.ContentName;
import io.muster.protocol.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Brings what is too large for a message, there and back. Calls block; any thread. */
final class Blobs {
  /** What is larger travels as a blob. */
  static final int MOST_INSIDE = 64 * 1024;

  private final CoordinatorApi api;
  private final long limit;

  /**
   * @param limit bytes of one input or result
   */
  Blobs(CoordinatorApi api, long limit) {
    this.api = api;
    this.limit = limit;
  }

  Blob stored(byte[] bytes) {
    if (bytes.length > limit) {
      throw new NotTakenException(
          "an input of %s is larger than the limit of %s"
              .formatted(size(bytes.length), size(limit)));
    }
    try {
      Blob blob = new Blob(ContentName.of(new ByteArrayInputStream(bytes), ""), bytes);
      store(blob);
      return blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings it to the cluster unless it is there. */
  void store(Blob blob) throws IOException {
    if (!api.missing(List.of(blob.ref())).isEmpty()) {
      api.put(blob.ref(), new ByteArrayInputStream(blob.bytes()));
    }
  }

  boolean isTooLarge(BlobRef blob) {
    return blob.size() > limit;
  }

  String tooLarge(BlobRef blob) {
    return "its result of %s is larger than the limit of %s"
        .formatted(size(blob.size()), size(limit));
  }

  byte[] fetched(BlobRef blob) {
    byte[] bytes = new byte[Math.toIntExact(blob.size())];
    int at = 0;
    try (AnswerStream<byte[]> pieces = api.get(blob)) {
      while (pieces.hasNext()) {
        byte[] piece = pieces.next();
        System.arraycopy(piece, 0, bytes, at, piece.length);
        at += piece.length;
      }
    }
    return bytes;
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }
}
