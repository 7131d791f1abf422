package io.muster.coordinator.wire;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * What a stream to a client is made from, one step after the other; the steps may block on the
 * disk.
 */
interface Source<T> extends AutoCloseable {
  /** What the next step gave. */
  sealed interface Step<T> {}

  /** The next message. */
  record Item<T>(T message) implements Step<T> {}

  /** Nothing yet: to be asked again when this has completed. */
  record Later<T>(CompletionStage<?> when) implements Step<T> {}

  /** Nothing more. */
  record End<T>() implements Step<T> {}

  Step<T> next() throws IOException;

  @Override
  void close();
}
