package io.muster.client;

/** A cluster on this machine for this program alone; closing it ends it and leaves nothing. */
public interface LocalCluster extends AutoCloseable {
  /** {@code HOST:PORT} of its API. */
  String address();

  /** Ends it; returns when no process and no folder of it is left. */
  @Override
  void close();

  /** Starts such clusters; found by {@link java.util.ServiceLoader}. */
  interface Starter {
    /**
     * Starts one; returns when it takes jobs.
     *
     * @param processes compute task processes at most
     */
    LocalCluster start(int processes);
  }
}
