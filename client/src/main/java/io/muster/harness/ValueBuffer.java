package io.muster.harness;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packs values one behind the other until they fill a message. */
final class ValueBuffer {
  private static final int MOST_VALUES = 1 << 14;

  private byte[] bytes = new byte[1 << 12];
  private int size;
  private int[] lengths = new int[1 << 8];
  private int count;
  private List<BlobValue> blobs = new ArrayList<>();

  /** Takes a copy of an ended value. */
  void append(EncodedValue value) {
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    BlobRef blob = value.blob();
    if (blob != null) {
      blobs.add(new BlobValue(count, blob));
      lengths[count++] = 0;
      return;
    }
    int length = (int) value.size();
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
    }
    System.arraycopy(value.bytes(), 0, bytes, size, length);
    size += length;
    lengths[count++] = length;
  }

  /** Takes a copy of several values that belong together. */
  void append(Values values) {
    for (BlobValue blob : values.blobs()) {
      blobs.add(new BlobValue(count + blob.position(), blob.blob()));
    }
    int end = size + values.bytes().length;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    System.arraycopy(values.bytes(), 0, bytes, size, values.bytes().length);
    size = end;
    if (count + values.count() > lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.max(count + values.count(), 2 * count));
    }
    System.arraycopy(values.lengths(), 0, lengths, count, values.count());
    count += values.count();
  }

  int count() {
    return count;
  }

  /** How many bytes a message of these values has, about. */
  int weight() {
    return size + 2 * count + 100 * blobs.size();
  }

  /** Whether this value should start a new message. */
  boolean isFullFor(EncodedValue value) {
    long length = value.blob() == null ? value.size() : 0;
    return count > 0 && (weight() + length > EncodedValue.INLINE || count >= MOST_VALUES);
  }

  /** Hands over what was gathered and starts afresh. */
  Values take(Encoding encoding) {
    Values values =
        new Values(
            encoding,
            Arrays.copyOf(bytes, size),
            Arrays.copyOf(lengths, count),
            blobs.isEmpty() ? List.of() : blobs);
    if (!blobs.isEmpty()) {
      blobs = new ArrayList<>();
    }
    size = 0;
    count = 0;
    return values;
  }
}
