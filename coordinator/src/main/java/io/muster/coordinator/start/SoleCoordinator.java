package io.muster.coordinator.start;

import com.typesafe.config.Config;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.journal.JournalDatabase;
import io.muster.coordinator.journal.JournalPlace;
import io.muster.coordinator.journal.JournalRefused;
import io.muster.coordinator.office.Coordinator;
import io.muster.coordinator.office.OfficeSettings;
import io.muster.coordinator.wire.ApiServer;
import io.muster.node.cluster.ClusterSettings;
import io.muster.node.link.Gate;
import io.muster.node.turn.AtOnce;
import io.muster.protocol.BlobId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A coordinator without a cluster, for a worker in the same JVM: nobody else can join, and nobody
 * waits for a membership. Its folder is its own; it ends with the JVM.
 *
 * @param api {@code HOST:PORT} where it serves clients
 * @param registrations where the worker registers
 * @param data its folder
 */
public record SoleCoordinator(String api, Gate.Coordinator registrations, Path data) {

  /** The file in which it has a blob, if it has it; what is in there never changes. */
  public Path blob(BlobId id) {
    return FileBlobs.fileOf(data, id);
  }

  /**
   * Starts one; returns when it serves.
   *
   * @param settings all of the configuration, for Pekko
   * @param stop ends it when a client asks for that; returns at once
   * @param broke told why it cannot go on, once it has served; nothing that was acknowledged is
   *     lost
   * @throws StartRefused when its folder can't be used, say
   */
  public static SoleCoordinator start(
      CoordinatorConfig config, Config settings, Runnable stop, Consumer<Throwable> broke)
      throws StartRefused {
    config.check();
    JournalPlace place = new JournalPlace.Embedded(config.data().resolve("journal"));
    CompletableFuture<ActorSystem<OfficeSettings>> system =
        CompletableFuture.supplyAsync(() -> system(place, settings));
    CoordinatorParts parts = CoordinatorParts.in(config.data(), config);
    CompletableFuture<List<String>> seeds = new CompletableFuture<>();
    ApiServer api = parts.startApi(seeds::join, stop);
    String address = new HostPort(config.host(), api.port()).toString();
    seeds.complete(List.of(address));
    CompletableFuture<Gate.Coordinator> opened = new CompletableFuture<>();
    OfficeSettings office =
        parts.office(
            open(place),
            coordinator -> coordinator.ifPresent(opened::complete),
            cause -> {
              if (!opened.completeExceptionally(cause)) {
                broke.accept(cause);
              }
            });
    system.join().tell(office);
    try {
      SoleCoordinator started = new SoleCoordinator(address, opened.join(), config.data());
      BlobSweep.start(parts.reception(), parts.store(), parts.blobs());
      return started;
    } catch (CompletionException e) {
      throw new StartRefused("the coordinator cannot start: " + e.getCause(), e);
    }
  }

  private static ActorSystem<OfficeSettings> system(JournalPlace place, Config settings) {
    return ActorSystem.create(
        root(),
        ClusterSettings.SYSTEM,
        JournalDatabase.settings(place)
            .withFallback(ClusterSettings.withoutCluster())
            .withFallback(settings));
  }

  /** Starts the coordinator when it is told what with. */
  private static Behavior<OfficeSettings> root() {
    return Behaviors.receive(
        (context, office) -> {
          context.spawn(Coordinator.create(office), "coordinator", AtOnce.dispatcher());
          return Behaviors.same();
        });
  }

  private static JournalDatabase open(JournalPlace place) throws StartRefused {
    try {
      return JournalDatabase.open(place);
    } catch (JournalRefused e) {
      throw new StartRefused(String.valueOf(e.getMessage()), e);
    }
  }
}
