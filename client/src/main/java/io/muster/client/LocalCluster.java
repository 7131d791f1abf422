package io.muster.client;

/**
 * A cluster of this program's own, for {@link Muster#local(int)}; it comes with the dependency
 * {@code io.muster:local}, and is gone when it is closed.
 */
public interface LocalCluster extends AutoCloseable {
  /** {@code HOST:PORT} of its API. */
  String address();

  /** Starts them; found by {@link java.util.ServiceLoader}. */
  interface Starter {
    /**
     * @param processes how many tasks run at once, each in a process of its own
     */
    LocalCluster start(int processes);
  }
}
