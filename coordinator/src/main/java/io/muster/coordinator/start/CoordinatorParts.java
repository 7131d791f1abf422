package io.muster.coordinator.start;

import io.muster.coordinator.access.Security;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.http.CoordinatorMetrics;
import io.muster.coordinator.journal.Journal;
import io.muster.coordinator.journal.JournalDatabase;
import io.muster.coordinator.office.Coordinator;
import io.muster.coordinator.office.OfficeSettings;
import io.muster.coordinator.store.FileStore;
import io.muster.coordinator.store.Store;
import io.muster.coordinator.wire.ApiServer;
import io.muster.coordinator.wire.ApiSettings;
import io.muster.node.link.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/** What a coordinator consists of besides its actors, whether it is in a cluster or alone. */
record CoordinatorParts(
    CoordinatorConfig config,
    Reception reception,
    Store store,
    Blobs blobs,
    CoordinatorMetrics metrics,
    Optional<Security> security) {

  /**
   * @param folder the coordinator's data folder
   */
  static CoordinatorParts in(Path folder, CoordinatorConfig config) throws StartRefused {
    Optional<Security> security = security(folder, config);
    Reception reception = new Reception();
    Store store = new FileStore(folder);
    try {
      Blobs blobs = new FileBlobs(folder);
      return new CoordinatorParts(
          config,
          reception,
          store,
          blobs,
          new CoordinatorMetrics(reception, store, blobs),
          security);
    } catch (IOException e) {
      throw new StartRefused("data folder " + folder + " is not writable: " + e, e);
    }
  }

  private static Optional<Security> security(Path folder, CoordinatorConfig config)
      throws StartRefused {
    if (!config.isSecured()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Security.open(folder, config.tlsSettings(), config.host()));
    } catch (IOException e) {
      throw new StartRefused("TLS: " + e.getMessage(), e);
    }
  }

  /**
   * @param seeds what it says of where the cluster is
   * @param stop ends the coordinator in order; returns at once
   */
  ApiServer startApi(Supplier<List<String>> seeds, Runnable stop) throws StartRefused {
    ApiSettings settings =
        new ApiSettings(
            config.bind(),
            config.apiPort(),
            config.maxMessage(),
            config.maxInputs(),
            config.watchInterval(),
            seeds,
            version(),
            stop);
    try {
      return ApiServer.start(settings, reception, store, blobs, security);
    } catch (IOException e) {
      throw Ports.taken("--api-port", config.bind(), config.apiPort(), e);
    }
  }

  private static String version() {
    String version = CoordinatorParts.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /**
   * @param registrations told where workers register, and when they no longer may
   * @param broke told why it cannot go on
   */
  OfficeSettings office(
      JournalDatabase database,
      Consumer<Optional<Gate.Coordinator>> registrations,
      Consumer<Throwable> broke) {
    return new OfficeSettings(
        (context, said) -> Journal.start(context, database, said),
        store,
        config.gather(),
        config.sessionSilence(),
        config.snapshotEvents(),
        config.snapshotBytes(),
        metrics.journal(),
        new OfficeSettings.Opening() {
          @Override
          public void opened(ActorRef<Coordinator.Command> coordinator, Desk desk) {
            registrations.accept(
                Optional.of(
                    (registration, link) ->
                        coordinator.tell(new Coordinator.Register(registration, link))));
            reception.open(desk);
          }

          @Override
          public void closed() {
            registrations.accept(Optional.empty());
            reception.close();
          }
        },
        broke);
  }
}
