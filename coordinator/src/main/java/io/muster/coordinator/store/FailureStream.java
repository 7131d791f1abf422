package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import io.muster.protocol.WorkerId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Failures in index order; one thread at a time, memory bounded. */
public interface FailureStream extends AutoCloseable {
  /** A task's last failure. Beyond a job's first 1,000 the text is that of the first like it. */
  record TaskFailure(long index, int tryNumber, WorkerId worker, Failure failure) {}

  /** The next, or null at the end. */
  @Nullable TaskFailure next() throws IOException;

  @Override
  void close();
}
