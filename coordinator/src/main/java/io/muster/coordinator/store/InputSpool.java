package io.muster.coordinator.store;

import io.muster.protocol.Values;
import java.io.IOException;

/**
 * Inputs that arrive before their job is decided, on disk. One thread at a time. Closing it
 * discards what no group has taken.
 */
public interface InputSpool extends AutoCloseable {
  /** Appends; blocks. */
  void append(Values values) throws IOException;

  /** How many inputs it has. */
  long count();

  @Override
  void close();
}
