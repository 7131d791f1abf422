package io.muster.client.session;

import io.muster.client.model.AnswerStream;
import io.muster.client.wire.CoordinatorApi;
import io.muster.code.ContentName;
import io.muster.protocol.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/** Brings what is too large for a message, there and back. Any thread. */
final class Blobs implements AutoCloseable {
  /** What is larger travels as a blob. */
  static final int MOST_INSIDE = 64 * 1024;

  /** Brought there at the same time, and so many more wait; beyond it callers do. */
  private static final int AT_ONCE = 4;

  private final CoordinatorApi api;
  private final long limit;
  private final Semaphore room = new Semaphore(2 * AT_ONCE);
  private final ExecutorService threads;

  /**
   * @param limit bytes of one input or result
   */
  Blobs(CoordinatorApi api, long limit, ThreadFactory threads) {
    this.api = api;
    this.limit = limit;
    this.threads = Executors.newFixedThreadPool(AT_ONCE, threads);
  }

  /**
   * Begins to bring it to the cluster; waits only while much is under way already.
   *
   * @param over called when it is there or can't be brought there
   */
  Blob storing(byte[] bytes, Runnable over) throws InterruptedException {
    if (bytes.length > limit) {
      throw new NotTakenException.TooLarge(
          "an input of %s is larger than the limit of %s"
              .formatted(size(bytes.length), size(limit)));
    }
    CompletableFuture<Void> there = new CompletableFuture<>();
    Blob blob = new Blob(nameOf(bytes), bytes, there);
    room.acquire();
    try {
      threads.execute(() -> bring(blob, there, over));
    } catch (RejectedExecutionException e) {
      room.release();
      throw new NotTakenException("the connection is closed", e);
    }
    return blob;
  }

  private void bring(Blob blob, CompletableFuture<Void> there, Runnable over) {
    try {
      store(blob);
      there.complete(null);
    } catch (IOException | RuntimeException e) {
      there.completeExceptionally(e);
    } finally {
      room.release();
      over.run();
    }
  }

  private static BlobRef nameOf(byte[] bytes) {
    try {
      return ContentName.of(new ByteArrayInputStream(bytes), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings it to the cluster unless it is there, and waits for that. */
  void store(Blob blob) throws IOException {
    api.put(blob.ref(), blob.bytes());
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

  /** Nothing more is brought there. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }
}
