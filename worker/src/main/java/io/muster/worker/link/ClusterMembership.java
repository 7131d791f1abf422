package io.muster.worker.link;

import io.muster.node.link.ClusterWorkerLink;
import io.muster.node.link.WorkerLink;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import io.muster.worker.engine.Engine;
import io.muster.worker.engine.Outlet;
import io.muster.worker.start.Memberships;
import io.muster.worker.start.Memberships.Registered;
import io.muster.worker.start.StartRefused;
import io.muster.worker.state.WorkerState.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One actor system of a worker and its links, one after the other. Of no more use when the system
 * ends, as it does when the cluster downs it, or when no coordinator was heard for 15 s.
 */
final class ClusterMembership implements Memberships.Membership {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration END = Duration.ofSeconds(10);

  private final ActorSystem<Void> system;
  private final List<String> seeds;
  private final Engine engine;
  private final WorkerIdentity identity;
  private final Memberships.Listener listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable WorkerId id;
  private volatile long heardAt = System.nanoTime();

  ClusterMembership(
      ActorSystem<Void> system,
      List<String> seeds,
      Engine engine,
      WorkerIdentity identity,
      Memberships.Listener listener) {
    this.system = system;
    this.seeds = List.copyOf(seeds);
    this.engine = engine;
    this.identity = identity;
    this.listener = listener;
  }

  void start() {
    system.getWhenTerminated().whenComplete((done, error) -> ended.complete(null));
    List<Address> addresses =
        seeds.stream().map(seed -> AddressFromURIString.parse("pekko://muster@" + seed)).toList();
    Cluster.get(system).manager().tell(new JoinSeedNodes(addresses));
    register();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  @Override
  public void close() {
    ended.complete(null);
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the actor system ends slowly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void register() {
    if (ended.isDone()) {
      return;
    }
    engine
        .standing()
        .thenAccept(
            standing ->
                ClusterWorkerLink.open(
                    system, seeds, identity.registration(id, standing), new Owner()))
        .exceptionally(
            error -> {
              LOG.warn("cannot register", error);
              ended.complete(null);
              return null;
            });
  }

  private void registerSoon() {
    if (System.nanoTime() - heardAt > PATIENCE.toNanos()) {
      LOG.info("no coordinator was heard for {} s", PATIENCE.toSeconds());
      ended.complete(null);
      return;
    }
    Executor later = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    later.execute(this::register);
  }

  private String ofThePast(Welcome welcome) {
    return "the coordinator at "
        + seeds.get(0)
        + " is in epoch "
        + welcome.epoch()
        + " of its journal, and this worker has worked for a later one: was an older data folder"
        + " restored? Then start this worker again; trying on";
  }

  /** Hears one link. */
  private final class Owner implements WorkerLink.Owner {
    private volatile @Nullable Outlet outlet;

    @Override
    public void welcomed(Welcome welcome, WorkerLink link) {
      heardAt = System.nanoTime();
      id = welcome.id();
      Outlet opened = new LinkOutlet(link);
      outlet = opened;
      engine
          .welcomed(welcome.journal(), welcome.epoch(), opened)
          .thenAccept(
              answer -> {
                if (answer == Answer.GO_ON) {
                  LOG.info("registered as {} in epoch {}", welcome.id(), welcome.epoch());
                  listener.registered(new Registered(welcome.id().value(), seeds.get(0)));
                } else {
                  LOG.info("registered with {}: {}", welcome, answer);
                  if (answer == Answer.IGNORE) {
                    listener.disobeyed(ofThePast(welcome));
                  }
                  id = answer == Answer.REGISTER_AGAIN ? null : id;
                  link.close();
                  registerSoon();
                }
              });
    }

    @Override
    public void received(List<ToWorker> items, long through) {
      heardAt = System.nanoTime();
      Outlet from = outlet;
      if (from != null) {
        items.forEach(item -> engine.received(from, item));
      }
    }

    @Override
    public void durable(int count) {
      heardAt = System.nanoTime();
      Outlet from = outlet;
      if (from != null) {
        engine.durable(from, count);
      }
    }

    @Override
    public void over(String reason) {
      LOG.info("the link is over: {}", reason);
      if (outlet != null) {
        heardAt = Math.max(heardAt, System.nanoTime() - SILENCE.toNanos());
        engine.linkLost();
      }
      registerSoon();
    }

    @Override
    public void refused(String reason) {
      ended.completeExceptionally(
          new StartRefused(
              "the coordinator at " + seeds.get(0) + " refuses this worker: " + reason));
    }
  }
}
