package io.muster.client;

/** Stand-in: builder B's is the real one. */
public final class Pool implements AutoCloseable {
  Pool() {}

  @Override
  public void close() {
    // nothing to close yet
  }
}
