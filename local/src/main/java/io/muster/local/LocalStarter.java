package io.muster.local;

import io.muster.client.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Starts local clusters; found as a service by {@code Muster.local}. Any thread. */
public final class LocalStarter implements LocalCluster.Starter {
  /** For {@link java.util.ServiceLoader}. */
  public LocalStarter() {}

  /**
   * {@inheritDoc}
   *
   * <p>It is one child process, which ends with this program however that ends.
   *
   * @throws IllegalStateException when it does not start; the line says why
   */
  @Override
  public LocalCluster start(int processes) {
    if (processes < 1) {
      throw new IllegalArgumentException(
          "a local cluster has at least 1 task process, not " + processes);
    }
    try {
      return LocalProcess.start(NodeCode.find(), processes);
    } catch (IOException e) {
      throw new UncheckedIOException("the local cluster did not start: " + e.getMessage(), e);
    }
  }
}
