package io.muster.node.link;

import java.util.Arrays;

/**
 * What a numbered stream numbers: an encoded item, or a part of one that is too large for a frame.
 *
 * @param continued whether the next piece goes on with the same item
 */
@SuppressWarnings("ArrayRecordComponent")
public record Piece(byte[] bytes, boolean continued) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Piece that
        && Arrays.equals(bytes, that.bytes)
        && continued == that.continued;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
