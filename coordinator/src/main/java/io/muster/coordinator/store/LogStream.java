package io.muster.coordinator.store;

import io.muster.protocol.ToCoordinator.Logged;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was printed, in the order of arrival; one thread at a time. */
public interface LogStream extends AutoCloseable {
  /**
   * The next piece, or null when there is none yet: asked again later it goes on with what was
   * appended since.
   */
  @Nullable Logged next() throws IOException;

  @Override
  void close();
}
