package io.muster.coordinator.store;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of one encoding, with their indices, until they are a page. */
final class PageOfValues {
  final Encoding encoding;
  private final Bytes bytes = new Bytes();
  private final List<BlobValue> blobs = new ArrayList<>();
  private long[] indices = new long[64];
  private int[] lengths = new int[64];
  private int count;

  PageOfValues(Encoding encoding) {
    this.encoding = encoding;
  }

  boolean hasRoomFor(int length, int maxBytes) {
    return (count == 0 || bytes.size() + length <= maxBytes) && count < maxBytes;
  }

  /**
   * @param blob where the value is, if it is not among these bytes
   */
  void add(long index, byte[] source, int from, int length, @Nullable BlobRef blob) {
    if (count == indices.length) {
      indices = Arrays.copyOf(indices, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    if (blob != null) {
      blobs.add(new BlobValue(count, blob));
    }
    bytes.put(source, from, length);
    indices[count] = index;
    lengths[count] = length;
    count++;
  }

  ResultStream.Page page() {
    return new ResultStream.Page(
        Arrays.copyOf(indices, count),
        new Values(encoding, bytes.copy(), Arrays.copyOf(lengths, count), List.copyOf(blobs)));
  }
}
