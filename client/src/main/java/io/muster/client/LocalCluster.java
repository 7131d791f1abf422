package io.muster.client;

import java.util.function.Consumer;

/** A cluster on this machine for this program alone; closing it ends it and leaves nothing. */
public interface LocalCluster extends AutoCloseable {
  /** {@code HOST:PORT} of its API. */
  String address();

  /**
   * Has this run once it has ended, by itself or by {@link #close}.
   *
   * @param ended gets a line that says how; on a thread of its own
   */
  void whenEnded(Consumer<String> ended);

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
