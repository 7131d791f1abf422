package io.muster.worker.start;

import io.muster.worker.engine.Engine;
import io.muster.worker.wire.ClusterSeeds;
import java.util.concurrent.CompletableFuture;

/**
 * How a worker becomes a member of a cluster: each time with a new actor system on the same port.
 */
public interface Memberships {
  /** One actor system with its link, until it is downed, quarantined, or hears no coordinator. */
  interface Membership {
    /**
     * Complete when this membership is of no more use. Exceptionally, with a {@link StartRefused},
     * when a coordinator refused the worker for good.
     */
    CompletableFuture<Void> ended();

    /** Ends the actor system; returns when its port is free. */
    void close();
  }

  /** What a coordinator said when it took the worker. */
  record Registered(String worker, String coordinator) {}

  /** Hears of registrations, on any thread. */
  interface Listener {
    /** A coordinator took the worker, for the first time or again. */
    void registered(Registered by);

    /** Why the coordinator that answers is not obeyed: a line that says what to do about it. */
    void disobeyed(String line);
  }

  /**
   * Begins on another thread what the next {@link #join} needs, so that it takes place while the
   * cluster is still being looked for. A wrong guess costs that join the time saved.
   *
   * @param coordinators how many the cluster probably has
   */
  void prepare(int coordinators);

  /**
   * Joins, registers with what the engine has, and carries what both sides say.
   *
   * @param listener told at each registration
   * @throws StartRefused when the port is taken, say
   */
  Membership join(ClusterSeeds seeds, Engine engine, Listener listener) throws StartRefused;
}
