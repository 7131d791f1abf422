package io.muster.coordinator.store;

import io.muster.protocol.Values;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Results in index order; one thread at a time, memory bounded whatever the job's size. */
public interface ResultStream extends AutoCloseable {
  /**
   * @param indices of each value; of a combining range, the first index of each piece
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Page(long[] indices, Values values) {}

  /**
   * The next results of one encoding, about {@code maxBytes} or one that is larger, or null at the
   * end.
   */
  @Nullable Page next(int maxBytes) throws IOException;

  @Override
  void close();
}
