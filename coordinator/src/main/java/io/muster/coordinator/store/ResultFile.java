package io.muster.coordinator.store;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Results of one job in index order. */
final class ResultFile implements ResultStream {
  private final Merge<ValueCursor> merge;
  private final LongPredicate succeeded;
  private @Nullable ValueCursor ahead;

  ResultFile(BlockFile file, long from, long until, LongPredicate succeeded) throws IOException {
    Extents extents = file.extents();
    this.succeeded = succeeded;
    this.merge =
        new Merge<>(file.reader(), extents, Block.Type.VALUES, from, until, ValueCursor::new);
  }

  @Override
  public @Nullable Page next(int maxBytes) throws IOException {
    ValueCursor at = ahead == null ? nextWanted() : ahead;
    ahead = null;
    if (at == null) {
      return null;
    }
    Filling page = new Filling(at.encoding());
    while (at != null
        && at.encoding() == page.encoding
        && (page.count == 0 || page.bytes.size() + at.length() <= maxBytes)
        && page.count < maxBytes) {
      page.add(at);
      at = nextWanted();
    }
    ahead = at;
    return page.page();
  }

  private @Nullable ValueCursor nextWanted() throws IOException {
    ValueCursor at = merge.next();
    while (at != null && !succeeded.test(at.index)) {
      at = merge.next();
    }
    return at;
  }

  private static final class Filling {
    final Encoding encoding;
    final Bytes bytes = new Bytes();
    final List<BlobValue> blobs = new ArrayList<>();
    long[] indices = new long[64];
    int[] lengths = new int[64];
    int count;

    Filling(Encoding encoding) {
      this.encoding = encoding;
    }

    void add(ValueCursor at) {
      if (count == indices.length) {
        indices = Arrays.copyOf(indices, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      BlobRef blob = at.blob();
      if (blob != null) {
        blobs.add(new BlobValue(count, blob));
      }
      byte[] block = at.bytes;
      if (block == null) {
        throw new IllegalStateException("the block at " + at.offset + " is not there");
      }
      bytes.put(block, at.valueAt(), at.length());
      indices[count] = at.index;
      lengths[count] = at.length();
      count++;
    }

    Page page() {
      return new Page(
          Arrays.copyOf(indices, count),
          new Values(encoding, bytes.copy(), Arrays.copyOf(lengths, count), List.copyOf(blobs)));
    }
  }

  @Override
  public void close() {
    Closing.quietly(merge);
  }
}
