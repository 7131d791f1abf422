package io.muster.coordinator.store;

import java.io.IOException;
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
    PageOfValues page = new PageOfValues(at.encoding());
    while (at != null && at.encoding() == page.encoding && page.hasRoomFor(at.length(), maxBytes)) {
      byte[] block = at.bytes;
      if (block == null) {
        throw new IllegalStateException("the block at " + at.offset + " is not there");
      }
      page.add(at.index, block, at.valueAt(), at.length(), at.blob());
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

  @Override
  public void close() {
    Closing.quietly(merge);
  }
}
