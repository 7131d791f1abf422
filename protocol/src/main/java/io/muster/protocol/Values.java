package io.muster.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * Inputs or results of neighbouring tasks, packed: value {@code k} is the next {@code lengths[k]}
 * bytes. A value too large to travel inside a message has length 0 here and stands in {@code
 * blobs}. Arrays are shared, not copied: nobody changes them after construction.
 */
public record Values(Encoding encoding, byte[] bytes, int[] lengths, List<BlobValue> blobs) {
  /**
   * @param position which value, from 0
   */
  public record BlobValue(int position, BlobRef blob) {}

  public static final Values NONE = new Values(Encoding.JSON, new byte[0], new int[0], List.of());

  public int count() {
    return lengths.length;
  }

  /** Without the first {@code skipped} of them. */
  public Values from(int skipped) {
    if (skipped == 0) {
      return this;
    }
    int start = 0;
    for (int k = 0; k < skipped; k++) {
      start += lengths[k];
    }
    return new Values(
        encoding,
        Arrays.copyOfRange(bytes, start, bytes.length),
        Arrays.copyOfRange(lengths, skipped, lengths.length),
        blobs.stream()
            .filter(blob -> blob.position() >= skipped)
            .map(blob -> new BlobValue(blob.position() - skipped, blob.blob()))
            .toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Values that
        && encoding == that.encoding
        && Arrays.equals(bytes, that.bytes)
        && Arrays.equals(lengths, that.lengths)
        && blobs.equals(that.blobs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    return lengths.length + " values of " + bytes.length + " bytes, " + encoding;
  }
}
