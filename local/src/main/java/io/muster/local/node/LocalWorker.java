package io.muster.local.node;

import io.muster.coordinator.start.SoleCoordinator;
import io.muster.node.link.DirectLink;
import io.muster.node.link.WorkerLink;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToWorker;
import io.muster.worker.engine.Engine;
import io.muster.worker.engine.EngineSettings;
import io.muster.worker.engine.Outlet;
import io.muster.worker.engine.WorkFolder;
import io.muster.worker.link.LinkOutlet;
import io.muster.worker.link.WorkerIdentity;
import io.muster.worker.process.GuardianProcess;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.start.HarnessJar;
import io.muster.worker.start.WorkerConfig;
import io.muster.worker.state.WorkerState.Answer;
import io.muster.worker.wire.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker of a local cluster: an engine, and its link to the coordinator in the same JVM. */
final class LocalWorker implements WorkerLink.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(LocalWorker.class);

  /**
   * What a worker needs before there is a coordinator. From here on the guardian sees to it that
   * the folder, and whatever carries the incarnation, goes with this JVM.
   */
  record Place(String incarnation, WorkFolder folder, GuardianProcess guardian, JvmSettings jvm) {
    static Place in(Path root) {
      try {
        String incarnation = UUID.randomUUID().toString();
        WorkFolder folder = WorkFolder.at(root.resolve("work"));
        GuardianProcess guardian =
            GuardianProcess.start(
                incarnation,
                Files.createTempDirectory("muster-guardian"),
                List.of(folder.sockets(), root),
                ProcessBuilder.Redirect.INHERIT);
        return new Place(incarnation, folder, guardian, HarnessJar.jvm(folder.root(), List.of()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final SoleCoordinator coordinator;
  private final WorkerIdentity identity;
  private final Engine engine;
  private final CompletableFuture<Void> registered = new CompletableFuture<>();
  private volatile @Nullable Outlet outlet;

  private LocalWorker(SoleCoordinator coordinator, WorkerIdentity identity, Engine engine) {
    this.coordinator = coordinator;
    this.identity = identity;
    this.engine = engine;
  }

  /** Complete when it has registered; it then works until the JVM ends. */
  static CompletableFuture<Void> start(
      Place place, WorkerConfig config, SoleCoordinator coordinator) throws IOException {
    LOG.info("guardian {}", place.guardian().pid());
    EngineSettings settings =
        new EngineSettings(
            place.incarnation(),
            config.slots(),
            config.taskMemory(),
            config.ioMemory(),
            config.cacheLimit(),
            config.drainWithin(),
            place.folder(),
            place.jvm(),
            System.getenv());
    WorkerIdentity identity =
        new WorkerIdentity(
            place.incarnation(),
            "127.0.0.1",
            config.slots(),
            config.ioLimit(),
            config.taskMemory(),
            config.labels(),
            "local");
    LocalWorker worker =
        new LocalWorker(
            coordinator,
            identity,
            Engine.start(settings, new Api(coordinator.api(), coordinator::blob)));
    worker.register();
    return worker.registered;
  }

  private void register() {
    engine
        .standing()
        .thenAccept(
            standing ->
                DirectLink.open(
                    coordinator.registrations(), identity.registration(null, standing), this))
        .exceptionally(
            error -> {
              registered.completeExceptionally(error);
              return null;
            });
  }

  @Override
  public void welcomed(Welcome welcome, WorkerLink link) {
    Outlet its = new LinkOutlet(link);
    outlet = its;
    engine
        .welcomed(welcome.journal(), welcome.epoch(), its)
        .thenAccept(
            answer -> {
              LOG.info("registered as {}: {}", welcome.id(), answer);
              if (answer == Answer.GO_ON) {
                registered.complete(null);
              } else {
                registered.completeExceptionally(new IOException("registered: " + answer));
              }
            });
  }

  @Override
  public void received(List<ToWorker> items, long through) {
    Outlet from = outlet;
    if (from != null) {
      items.forEach(item -> engine.received(from, item));
    }
  }

  @Override
  public void durable(int count) {
    Outlet from = outlet;
    if (from != null) {
      engine.durable(from, count);
    }
  }

  @Override
  public void refused(String reason) {
    registered.completeExceptionally(new IOException("the coordinator refuses: " + reason));
  }

  /** Only a drain ends it: both ends live and die together. */
  @Override
  public void over(String reason) {
    LOG.info("the link is over: {}", reason);
    engine.linkLost();
  }
}
