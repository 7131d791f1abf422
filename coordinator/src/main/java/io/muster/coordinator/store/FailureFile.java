package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Failures of one job in index order. */
final class FailureFile implements FailureStream {
  private static final int TEXTS = 64;

  private final BlockReader reader;
  private final Merge<FailureCursor> merge;
  private final LongPredicate failed;
  private final Causes causes;
  private final Map<Integer, Failure> texts = new LinkedHashMap<>();

  FailureFile(BlockFile file, LongPredicate failed) throws IOException {
    Extents extents = file.extents();
    this.failed = failed;
    this.causes = Causes.read(file);
    this.reader = file.reader();
    this.merge =
        new Merge<>(reader, extents, Block.Type.FAILURES, 0, Long.MAX_VALUE, FailureCursor::new);
  }

  @Override
  public @Nullable TaskFailure next() throws IOException {
    FailureCursor at = merge.next();
    while (at != null && !failed.test(at.index)) {
      at = merge.next();
    }
    if (at == null) {
      return null;
    }
    Failure whole = at.whole();
    return new TaskFailure(
        at.index, at.tryNumber(), at.worker(), whole == null ? text(at.cause()) : whole);
  }

  private Failure text(int cause) throws IOException {
    Failure known = texts.get(cause);
    if (known != null) {
      return known;
    }
    long offset = causes.block(cause);
    byte[] bytes = reader.bytes(reader.headAt(offset), offset);
    Failure read = FailureText.read(new BytesIn(bytes, causes.place(cause)));
    if (texts.size() == TEXTS) {
      texts.remove(texts.keySet().iterator().next());
    }
    texts.put(cause, read);
    return read;
  }

  @Override
  public void close() {
    Closing.quietly(merge);
  }
}
