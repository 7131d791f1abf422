package io.muster.coordinator.start;

import com.typesafe.config.Config;
import io.muster.coordinator.http.CoordinatorPages;
import io.muster.coordinator.http.TokenGuard;
import io.muster.coordinator.journal.JournalDatabase;
import io.muster.coordinator.journal.JournalPlace;
import io.muster.coordinator.journal.JournalRefused;
import io.muster.coordinator.office.Coordinator;
import io.muster.coordinator.office.OfficeSettings;
import io.muster.coordinator.wire.ApiServer;
import io.muster.node.cluster.ClusterSettings;
import io.muster.node.http.HttpGuard;
import io.muster.node.http.NodeHttp;
import io.muster.node.link.Gate;
import io.muster.node.log.NodeLog;
import io.muster.node.tls.ClusterTls;
import io.muster.node.turn.AtOnce;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator node, from its folder and ports to the line that says it serves, and back. What can
 * be opened at the same time is: database, actor system and API.
 */
public final class CoordinatorProcess {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorProcess.class);
  private static final Duration LOOK_AT_FOLDER = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CoordinatorConfig config;
  private final PrintStream out;
  private final PrintStream err;
  private final DataFolder folder;
  private final CoordinatorParts parts;

  /** Why large values could not be stored when the folder was last looked at. */
  private volatile Optional<String> trouble = Optional.empty();

  private final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
  private final CompletableFuture<ActorRef<Gate.Command>> gate = new CompletableFuture<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  private CoordinatorProcess(
      CoordinatorConfig config, PrintStream out, PrintStream err, DataFolder folder)
      throws StartRefused {
    this.config = config;
    this.out = out;
    this.err = err;
    this.folder = folder;
    parts = CoordinatorParts.in(folder.path(), config);
  }

  /**
   * Runs a coordinator until it is stopped; the process ends by then. Returns its exit code when it
   * could not go on.
   *
   * @param settings all of the configuration, for Pekko
   */
  public static int run(CoordinatorConfig config, Config settings, PrintStream out, PrintStream err)
      throws StartRefused {
    config.check();
    DataFolder folder = DataFolder.open(config.data());
    NodeLog.open(folder.logs(), "coordinator");
    if (config.isBeyondLoopback() && !config.isSecured()) {
      err.println("start: --insecure: whoever reaches this coordinator can run programs here");
    }
    return new CoordinatorProcess(config, out, err, folder).serve(settings);
  }

  private JournalPlace place() {
    return config
        .journal()
        .<JournalPlace>map(JournalPlace.Shared::new)
        .orElseGet(() -> new JournalPlace.Embedded(folder.path().resolve("journal")));
  }

  private int serve(Config settings) throws StartRefused {
    JournalPlace place = place();
    Ports.free("--cluster-port", config.bind(), config.clusterPort());
    CompletableFuture<JournalDatabase> opening = CompletableFuture.supplyAsync(() -> open(place));
    ApiAddresses addresses = new ApiAddresses();
    ApiServer api =
        parts.startApi(addresses::get, () -> new Thread(() -> System.exit(0), "stopped").start());
    NodeHttp http = startHttp(api);
    BootstrapSetup setup =
        BootstrapSetup.create(
            JournalDatabase.settings(place)
                .withFallback(
                    ClusterSettings.of(
                        ClusterSettings.COORDINATOR,
                        config.host(),
                        config.clusterPort(),
                        config.bind(),
                        Math.max(1, config.coordinators().size()),
                        parts.security().isPresent()))
                .withFallback(settings));
    ActorSystem<Void> system =
        ActorSystem.create(
            root(),
            ClusterSettings.SYSTEM,
            parts
                .security()
                .map(guard -> setup.and(ClusterTls.setup(guard.identity(), guard::isWelcome)))
                .orElseGet(() -> ActorSystemSetup.create(setup)));
    JournalDatabase database = opened(opening, system);
    folder.requireJournal(database.id(), place.toString());
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(system, api, http, database), "stop"));
    Cluster cluster = Cluster.get(system);
    HostPort own = new HostPort(config.host(), cluster.selfMember().address().getPort().orElse(0));
    List<String> seeds =
        config.coordinators().isEmpty()
            ? List.of(own.toString())
            : config.coordinators().stream().map(HostPort::toString).toList();
    addresses.set(seeds);
    parts
        .reception()
        .opened()
        .thenAccept(
            desk -> {
              out.println(
                  "ready cluster="
                      + own
                      + " api="
                      + new HostPort(config.host(), api.port())
                      + (parts.security().isPresent() ? " http=https://" : " http=http://")
                      + new HostPort(config.host(), http.port()));
              out.flush();
            });
    BlobSweep.start(parts.reception(), parts.store(), parts.blobs());
    system
        .scheduler()
        .scheduleWithFixedDelay(
            LOOK_AT_FOLDER, LOOK_AT_FOLDER, this::lookAtFolder, system.executionContext());
    startCoordinator(system, database);
    cluster
        .manager()
        .tell(
            new JoinSeedNodes(
                seeds.stream()
                    .map(seed -> AddressFromURIString.parse("pekko://muster@" + seed))
                    .toList()));
    return end.join();
  }

  /** Only the gate; all else is started when the node is known to be able to start. */
  private Behavior<Void> root() {
    return Behaviors.setup(
        context -> {
          gate.complete(context.spawn(Gate.create(), Gate.NAME));
          return Behaviors.empty();
        });
  }

  private static JournalDatabase open(JournalPlace place) {
    try {
      return JournalDatabase.open(place);
    } catch (JournalRefused e) {
      throw new CompletionException(e);
    }
  }

  private static JournalDatabase opened(
      CompletableFuture<JournalDatabase> opening, ActorSystem<Void> system) throws StartRefused {
    try {
      return opening.join();
    } catch (CompletionException e) {
      system.terminate();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartRefused(String.valueOf(cause.getMessage()), cause);
    }
  }

  private NodeHttp startHttp(ApiServer api) throws StartRefused {
    try {
      return NodeHttp.start(
          config.bind(),
          config.httpPort(),
          parts.reception()::isOpen,
          parts.metrics().registry(),
          parts.security().<HttpGuard>map(TokenGuard::new).orElse(HttpGuard.NONE),
          CoordinatorPages.of(parts.reception()));
    } catch (IOException e) {
      api.close();
      throw Ports.taken("--http-port", config.bind(), config.httpPort(), e);
    }
  }

  private void startCoordinator(ActorSystem<Void> system, JournalDatabase database) {
    OfficeSettings office = parts.office(database, this::tellGate, this::broke);
    ClusterSingleton.get(system)
        .init(
            SingletonActor.of(Coordinator.create(office), "coordinator")
                .withStopMessage(new Coordinator.Stop())
                .withProps(AtOnce.dispatcher())
                .withSettings(
                    ClusterSingletonSettings.create(system).withRole(ClusterSettings.COORDINATOR)));
  }

  private void tellGate(Optional<Gate.Coordinator> coordinator) {
    gate.join().tell(coordinator.<Gate.Command>map(Gate.Opened::new).orElseGet(Gate.Closed::new));
  }

  /** What nobody can find again must not be acknowledged. */
  private void lookAtFolder() {
    if (!folder.isStillOurs()) {
      end(
          "data folder " + folder.path() + " was removed or replaced while it was in use",
          new IOException("the data folder is gone"));
    }
    Optional<String> now = parts.blobs().trouble();
    if (!now.equals(trouble)) {
      trouble = now;
      String line =
          now.map(why -> "large values have no room in " + folder.path() + " and wait: " + why)
              .orElse("there is room in " + folder.path() + " again");
      LOG.warn(line);
      err.println("start: " + line);
      err.flush();
    }
  }

  /** The epoch ended, and with it the process: what is in the journal is whole, and read again. */
  private void broke(Throwable cause) {
    boolean isSilent = cause instanceof TimeoutException;
    end(
        (isSilent || cause instanceof SQLException ? "the journal " + place() + ": " : "")
            + (isSilent ? "no answer" : firstLine(cause))
            + "; nothing that was acknowledged is lost: start it again when that is mended",
        cause);
  }

  private void end(String why, Throwable cause) {
    LOG.error("the coordinator cannot go on: {}", why, cause);
    if (ended.compareAndSet(null, cause)) {
      err.println("start: the coordinator cannot go on: " + why);
      err.flush();
      new Thread(() -> System.exit(5), "broke").start();
    }
  }

  private static String firstLine(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof UncheckedIOException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage())
        .lines()
        .findFirst()
        .orElse(cause.toString())
        .replaceAll("\\.$", "");
  }

  /** In order, at the JVM's end; the last line decides the exit code, also after SIGTERM. */
  private void stop(
      ActorSystem<Void> system, ApiServer api, NodeHttp http, JournalDatabase database) {
    int code = ended.get() == null ? 0 : 5;
    try {
      LOG.info("stops");
      api.close();
      http.close();
      org.apache.pekko.actor.CoordinatedShutdown.get(system)
          .runAll(org.apache.pekko.actor.CoordinatedShutdown.jvmExitReason())
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
      parts.store().close();
      database.close();
      folder.close();
      LOG.info("stopped");
    } catch (Exception e) {
      LOG.warn("did not stop in order", e);
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  /** Where the cluster is, once it is known. */
  private static final class ApiAddresses {
    private volatile List<String> seeds = List.of();

    void set(List<String> seeds) {
      this.seeds = seeds;
    }

    List<String> get() {
      return seeds;
    }
  }
}
