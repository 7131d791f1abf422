package io.muster.client.model;

import java.nio.charset.StandardCharsets;

/**
 * Some of what was printed.
 *
 * @param task its index, or -1 for what belongs to the job only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LogPiece(long task, int tryNumber, boolean stderr, byte[] bytes) {
  /** The bytes as UTF-8; a character that is cut in two by a piece's end shows as such. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
