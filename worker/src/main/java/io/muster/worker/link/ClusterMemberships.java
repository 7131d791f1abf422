package io.muster.worker.link;

import com.typesafe.config.Config;
import io.muster.node.cluster.ClusterSettings;
import io.muster.node.tls.ClusterTls;
import io.muster.worker.access.WorkerAccess;
import io.muster.worker.engine.Engine;
import io.muster.worker.start.Memberships;
import io.muster.worker.start.StartRefused;
import io.muster.worker.wire.ClusterSeeds;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * Members of the Pekko cluster, all on the port that the first one got, unless somebody has taken
 * that meanwhile and any will do. One thread.
 */
public final class ClusterMemberships implements Memberships {
  /** A port that was asked for may be taken for a moment when the one who had it is replaced. */
  private static final int TRIES = 20;

  private static final long PAUSE_MILLIS = 500;

  private final WorkerIdentity identity;
  private final WorkerAccess access;
  private final String host;
  private final String bind;
  private final Config settings;
  private final int wanted;
  private int port;
  private boolean hadPort;
  private @Nullable Prepared prepared;

  /** An actor system that starts on a thread of its own, for a cluster of so many coordinators. */
  private record Prepared(int coordinators, CompletableFuture<ActorSystem<Void>> system) {}

  /**
   * @param access what is shown to the other nodes
   * @param host the address that others reach this worker by
   * @param port 0: a free one
   */
  public ClusterMemberships(
      WorkerIdentity identity,
      WorkerAccess access,
      String host,
      String bind,
      int port,
      Config settings) {
    this.identity = identity;
    this.access = access;
    this.host = host;
    this.bind = bind;
    this.wanted = port;
    this.port = port;
    this.settings = settings;
  }

  @Override
  public void prepare(int coordinators) {
    CompletableFuture<ActorSystem<Void>> system = new CompletableFuture<>();
    prepared = new Prepared(coordinators, system);
    Thread start =
        new Thread(
            () -> {
              try {
                system.complete(create(coordinators));
              } catch (Throwable e) {
                system.completeExceptionally(e);
              }
            },
            "start of the actor system");
    start.setDaemon(true);
    start.start();
  }

  @Override
  public Membership join(ClusterSeeds seeds, Engine engine, Listener listener) throws StartRefused {
    ActorSystem<Void> system;
    try {
      system = systemFor(seeds.seeds().size());
    } catch (RuntimeException e) {
      throw new StartRefused(
          "cannot listen on " + bind + ":" + port + " (--port): " + rootMessage(e), e);
    }
    port = Cluster.get(system).selfMember().address().getPort().orElse(port);
    hadPort = true;
    ClusterMembership membership =
        new ClusterMembership(
            system, seeds.seeds(), engine, identity.at(host + ":" + port), listener);
    membership.start();
    return membership;
  }

  private ActorSystem<Void> systemFor(int coordinators) {
    Prepared ready = prepared;
    prepared = null;
    if (ready == null) {
      return hadPort ? createAgain(coordinators) : create(coordinators);
    }
    ActorSystem<Void> system = ready.system().join();
    if (ready.coordinators() == coordinators) {
      return system;
    }
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    return create(coordinators);
  }

  private ActorSystem<Void> createAgain(int coordinators) {
    for (int failed = 1; ; failed++) {
      try {
        return create(coordinators);
      } catch (RuntimeException e) {
        if (wanted == 0 && port != 0) {
          port = 0;
        } else if (failed == TRIES || !pause()) {
          throw e;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ActorSystem<Void> create(int coordinators) {
    BootstrapSetup setup = BootstrapSetup.create(place(coordinators));
    return ActorSystem.create(
        Behaviors.empty(),
        ClusterSettings.SYSTEM,
        access.isPlain()
            ? ActorSystemSetup.create(setup)
            : setup.and(ClusterTls.setup(access.identity(), peer -> true)));
  }

  private Config place(int coordinators) {
    return ClusterSettings.of(
            ClusterSettings.WORKER, host, port, bind, coordinators, !access.isPlain())
        .withFallback(settings)
        .resolve();
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
