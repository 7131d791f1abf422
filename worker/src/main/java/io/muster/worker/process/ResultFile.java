package io.muster.worker.process;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A result on its way into a file that is named by its SHA-256; it grows in a folder of its task
 * process, which goes with that. One thread.
 */
final class ResultFile {
  private final Path folder;
  private final Path unfinished;
  private final OutputStream out;
  private final MessageDigest digest;
  private long size;

  ResultFile(Path growing, Path folder) throws IOException {
    this.folder = folder;
    this.unfinished = Files.createTempFile(growing, "result", ".part");
    this.out = Files.newOutputStream(unfinished);
    this.digest = sha256();
  }

  void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    digest.update(bytes, from, length);
    size += length;
  }

  long size() {
    return size;
  }

  /** It is complete. */
  BlobRef finish() throws IOException {
    out.close();
    BlobId id = new BlobId(HexFormat.of().formatHex(digest.digest()));
    Files.move(unfinished, folder.resolve(id.sha256()), StandardCopyOption.ATOMIC_MOVE);
    return new BlobRef(id, size, "");
  }

  /** It is not wanted. */
  void discard() {
    try {
      out.close();
    } catch (IOException e) {
      // it goes anyway
    }
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
