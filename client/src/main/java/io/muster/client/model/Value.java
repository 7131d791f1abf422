package io.muster.client.model;

import org.jspecify.annotations.Nullable;

/**
 * One result, as it travels.
 *
 * @param bytes its content; empty when it is too large for a message
 * @param blob where its content is then, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Value(Encoding encoding, byte[] bytes, @Nullable Blob blob) {
  /** How the bytes are to be read. */
  public enum Encoding {
    /** One JSON value, UTF-8. */
    JSON,
    /** Plain bytes, as a command wrote them. */
    BYTES,
    /** Java serialization. */
    JAVA
  }

  /**
   * Content that the cluster has, by its name.
   *
   * @param size in bytes
   */
  public record Blob(String sha256, long size) {}
}
