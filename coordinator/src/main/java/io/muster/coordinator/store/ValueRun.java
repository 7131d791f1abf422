package io.muster.coordinator.store;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Values of one interval inside a block: how far each index is from the one before, how long each
 * value is, then all bytes.
 *
 * @param from the first index it may have a value for
 * @param dense every index from there on has a value
 * @param gapsAt where in the block the gaps begin, if it is not dense
 * @param lengthsAt where the lengths begin
 * @param bytesAt where the values begin
 * @param end where the next run begins
 */
record ValueRun(
    long from,
    Encoding encoding,
    boolean dense,
    int count,
    int gapsAt,
    int lengthsAt,
    int bytesAt,
    int end,
    List<BlobValue> blobs) {
  private static final int DENSE = 4;
  private static final int BLOBS = 8;
  private static final int ENCODING = 3;
  private static final Encoding[] ENCODINGS = Encoding.values();

  /**
   * Appends values {@code first} to {@code last} (not included), which are of neighbouring indices
   * from {@code index} on.
   */
  static void put(Bytes out, long base, long index, Values values, int first, int last, int at) {
    Bytes lengths = new Bytes();
    int length = putLengths(lengths, values, first, last);
    List<BlobValue> blobs = blobs(values, first, last);
    putHead(out, base, index, values.encoding(), true, blobs, last - first);
    out.putVar(0);
    out.putVar(lengths.size());
    out.putVar(length);
    putBlobs(out, blobs);
    out.put(lengths);
    out.put(values.bytes(), at, length);
  }

  /** Appends the values of the tasks that succeeded. */
  static void put(Bytes out, long base, Outcomes outcomes) {
    Values values = outcomes.values();
    boolean dense = outcomes.failedOffsets().length == 0;
    Bytes gaps = new Bytes();
    if (!dense) {
      putGaps(gaps, outcomes);
    }
    Bytes lengths = new Bytes();
    int length = putLengths(lengths, values, 0, values.count());
    putHead(
        out,
        base,
        outcomes.interval().from(),
        values.encoding(),
        dense,
        values.blobs(),
        values.count());
    out.putVar(gaps.size());
    out.putVar(lengths.size());
    out.putVar(length);
    putBlobs(out, values.blobs());
    out.put(gaps);
    out.put(lengths);
    out.put(values.bytes(), 0, length);
  }

  private static void putHead(
      Bytes out,
      long base,
      long index,
      Encoding encoding,
      boolean dense,
      List<BlobValue> blobs,
      int count) {
    out.putVar(index - base);
    out.putByte(encoding.ordinal() | (dense ? DENSE : 0) | (blobs.isEmpty() ? 0 : BLOBS));
    out.putVar(count);
  }

  private static void putGaps(Bytes gaps, Outcomes outcomes) {
    int[] failed = outcomes.failedOffsets();
    int size = Math.toIntExact(outcomes.interval().size());
    int previous = -1;
    for (int offset = 0, k = 0; offset < size; offset++) {
      if (k < failed.length && failed[k] == offset) {
        k++;
      } else {
        gaps.putVar(offset - previous - 1);
        previous = offset;
      }
    }
  }

  private static int putLengths(Bytes lengths, Values values, int first, int last) {
    int length = 0;
    for (int i = first; i < last; i++) {
      lengths.putVar(values.lengths()[i]);
      length += values.lengths()[i];
    }
    return length;
  }

  private static List<BlobValue> blobs(Values values, int first, int last) {
    return values.blobs().isEmpty()
        ? List.of()
        : values.blobs().stream()
            .filter(blob -> first <= blob.position() && blob.position() < last)
            .map(blob -> new BlobValue(blob.position() - first, blob.blob()))
            .toList();
  }

  private static void putBlobs(Bytes out, List<BlobValue> blobs) {
    if (!blobs.isEmpty()) {
      out.putVar(blobs.size());
      for (BlobValue blob : blobs) {
        out.putVar(blob.position());
        out.put(HexFormat.of().parseHex(blob.blob().id().sha256()));
        out.putVar(blob.blob().size());
        out.putString(blob.blob().name());
      }
    }
  }

  /** The run that begins at this place. */
  static ValueRun read(byte[] block, int at, long base) {
    BytesIn in = new BytesIn(block, at);
    long from = base + in.getVar();
    int flags = in.getByte();
    int count = in.getCount();
    int gaps = in.getCount();
    int lengths = in.getCount();
    int bytes = in.getCount();
    List<BlobValue> blobs = (flags & BLOBS) == 0 ? List.of() : readBlobs(in);
    int start = in.at();
    return new ValueRun(
        from,
        ENCODINGS[flags & ENCODING],
        (flags & DENSE) != 0,
        count,
        start,
        start + gaps,
        start + gaps + lengths,
        start + gaps + lengths + bytes,
        blobs);
  }

  private static List<BlobValue> readBlobs(BytesIn in) {
    int count = in.getCount();
    List<BlobValue> blobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int position = in.getCount();
      BlobId id = new BlobId(HexFormat.of().formatHex(in.get(32)));
      blobs.add(new BlobValue(position, new BlobRef(id, in.getVar(), in.getString())));
    }
    return blobs;
  }
}
