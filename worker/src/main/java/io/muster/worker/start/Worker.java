package io.muster.worker.start;

import io.muster.node.http.HttpGuard;
import io.muster.node.http.NodeHttp;
import io.muster.node.log.NodeLog;
import io.muster.protocol.Registration;
import io.muster.worker.access.Certificates;
import io.muster.worker.access.MetricsGuard;
import io.muster.worker.access.WorkerAccess;
import io.muster.worker.engine.Engine;
import io.muster.worker.engine.EngineSettings;
import io.muster.worker.engine.Leftovers;
import io.muster.worker.engine.WorkFolder;
import io.muster.worker.process.Confinement;
import io.muster.worker.process.GuardianProcess;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.wire.Api;
import io.muster.worker.wire.ApiException;
import io.muster.worker.wire.ClusterSeeds;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process: an {@link Engine} from start to end, and one membership of the cluster after
 * the other. Its one thread waits; what it prints is its {@code ready} line and reasons why there
 * is none.
 */
public final class Worker implements Memberships.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final long PAUSE_MILLIS = 500;

  /** Before it asks again who has said no. */
  private static final long REFUSED_MILLIS = 10_000;

  /** A coordinator that starts at the same moment is there by then. */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  /**
   * So long an address may lead to a stranger, while a coordinator moves, before it is believed.
   */
  private static final long STRANGER_NANOS = 5_000_000_000L;

  private final WorkerConfig config;
  private final WorkerAccess access;
  private final Api api;
  private final Certificates certificates;
  private final Engine engine;
  private final Memberships memberships;
  private final PrintStream out;
  private final PrintStream err;
  private volatile boolean registered;
  private volatile String httpAddress = "";
  private boolean readySaid;
  private final Set<String> complaints = new HashSet<>();
  private @Nullable Long unreachedSince;
  private @Nullable Long strangerSince;

  private Worker(
      WorkerConfig config,
      WorkerAccess access,
      Api api,
      Engine engine,
      Memberships memberships,
      PrintStream out,
      PrintStream err) {
    this.config = config;
    this.access = access;
    this.api = api;
    certificates = new Certificates(access, api);
    this.engine = engine;
    this.memberships = memberships;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs one until it is drained.
   *
   * @param access what it shows to be let in
   * @param incarnation made for this start
   * @return the exit code
   */
  public static int run(
      WorkerConfig config,
      WorkerAccess access,
      String incarnation,
      Memberships memberships,
      PrintStream out,
      PrintStream err)
      throws StartRefused {
    WorkFolder folder = folder(config);
    NodeLog.open(folder.root(), "worker");
    memberships.prepare(config.join().size());
    try (GuardianProcess guardian = guardian(incarnation, folder);
        Api api = new Api(config.join(), access.api());
        Engine engine = Engine.start(settings(config, incarnation, folder), api)) {
      LOG.info("guardian {}", guardian.pid());
      StopSignals.drain(engine);
      Worker worker = new Worker(config, access, api, engine, memberships, out, err);
      try (NodeHttp http = worker.http()) {
        LOG.debug("http {}", http);
        return worker.work();
      }
    } catch (IOException e) {
      throw new StartRefused("work folder " + folder.root() + ": " + e.getMessage(), e);
    } finally {
      close(folder);
    }
  }

  /** Joins, again and again, until the engine has left. */
  private int work() throws StartRefused {
    while (!engine.left().isDone()) {
      ClusterSeeds seeds = findCluster();
      if (seeds == null) {
        break;
      }
      Memberships.Membership membership = memberships.join(seeds, engine, this);
      try {
        CompletableFuture.anyOf(membership.ended(), engine.left()).join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof StartRefused refused) {
          throw refused;
        }
        LOG.warn("the membership failed", e);
      } finally {
        registered = false;
        engine.linkLost();
        membership.close();
      }
    }
    Optional<String> gaveUp = engine.whyItGaveUp();
    if (gaveUp.isPresent()) {
      throw new StartRefused(gaveUp.get() + "; what it had to do is given back");
    }
    return 0;
  }

  /** Asks for the cluster until it is there; null when the worker is to end before that. */
  private @Nullable ClusterSeeds findCluster() throws StartRefused {
    while (!engine.left().isDone()) {
      try {
        ClusterSeeds seeds = api.cluster();
        if (seeds.protocolVersion() != Registration.PROTOCOL_VERSION) {
          throw anotherProtocol(seeds);
        }
        certificates.require();
        unreachedSince = null;
        return seeds;
      } catch (ApiException e) {
        long now = System.nanoTime();
        if (e.isRefusal() && !readySaid && !mayPass(e, now)) {
          throw new StartRefused(e.text(), e);
        }
        unreachedSince = unreachedSince == null ? now : unreachedSince;
        strangerSince = e.isStranger() ? strangerSince : null;
        if (now - unreachedSince >= PATIENCE_NANOS) {
          complain(e.text() + "; trying on");
        }
        pause(e.isRefusal() && readySaid ? REFUSED_MILLIS : PAUSE_MILLIS);
      }
    }
    return null;
  }

  /** Whether this worker, which has not been let in so far, is to ask again all the same. */
  private boolean mayPass(ApiException refusal, long now) {
    if (!refusal.isStranger()) {
      return false;
    }
    strangerSince = strangerSince == null ? now : strangerSince;
    return now - strangerSince < STRANGER_NANOS;
  }

  private static StartRefused anotherProtocol(ClusterSeeds seeds) {
    return new StartRefused(
        "the coordinator at "
            + seeds.api()
            + " (Muster "
            + seeds.version()
            + ") speaks protocol "
            + seeds.protocolVersion()
            + ", this worker protocol "
            + Registration.PROTOCOL_VERSION
            + ": upgrade the "
            + (seeds.protocolVersion() > Registration.PROTOCOL_VERSION ? "worker" : "coordinator"));
  }

  @Override
  public void registered(Memberships.Registered by) {
    registered = true;
    synchronized (this) {
      complaints.clear();
    }
    if (!readySaid) {
      readySaid = true;
      out.println(
          "ready worker="
              + by.worker()
              + " slots="
              + config.slots()
              + " coordinator="
              + by.coordinator()
              + httpAddress);
      out.flush();
    }
  }

  @Override
  public void disobeyed(String line) {
    complain(line);
  }

  /** Says a line once, not at each try, until the worker is registered again. */
  private synchronized void complain(String line) {
    if (complaints.add(line)) {
      LOG.info("{}", line);
      err.println("worker: " + line);
      err.flush();
    }
  }

  private void pause(long millis) {
    try {
      engine.left().get(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      return; // try again
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable NodeHttp http() throws StartRefused {
    if (config.httpPort() < 0) {
      return null;
    }
    String address = config.bind().isEmpty() ? "127.0.0.1" : config.bind();
    config.requireLoopback(address, "--bind", access.isPlain());
    HttpGuard guard =
        access.isPlain() || WorkerConfig.isLoopback(address)
            ? HttpGuard.NONE
            : new MetricsGuard(access, api);
    try {
      NodeHttp http =
          NodeHttp.start(address, config.httpPort(), () -> registered, metrics(), guard, Map.of());
      httpAddress =
          (guard.tls().isPresent() ? " http=https://" : " http=http://")
              + (address.contains(":") ? "[" + address + "]" : address)
              + ":"
              + http.port();
      return http;
    } catch (IOException e) {
      throw new StartRefused("--http-port " + config.httpPort() + ": " + e.getMessage(), e);
    }
  }

  private PrometheusRegistry metrics() {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    gauge(registry, "muster_worker_slots", "Slots of this worker.", load -> config.slots());
    gauge(registry, "muster_worker_slots_busy", "Slots that run a chunk.", Engine.Load::busySlots);
    gauge(
        registry,
        "muster_worker_chunks_waiting",
        "Chunks that wait for a slot.",
        Engine.Load::waitingChunks);
    gauge(
        registry,
        "muster_worker_io_tasks",
        "I/O tasks that have not been reported.",
        Engine.Load::ioTasks);
    gauge(registry, "muster_worker_task_processes", "Task processes.", Engine.Load::processes);
    GaugeWithCallback.builder()
        .name("muster_worker_reports_kept_bytes")
        .help("What was said and is not durable yet.")
        .callback(callback -> callback.call(engine.load().keptBytes()))
        .register(registry);
    return registry;
  }

  private void gauge(
      PrometheusRegistry registry, String name, String help, ToLongFunction<Engine.Load> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsLong(engine.load())))
        .register(registry);
  }

  private static WorkFolder folder(WorkerConfig config) throws StartRefused {
    try {
      return config.workDir().isEmpty()
          ? WorkFolder.temporary()
          : WorkFolder.at(Path.of(config.workDir()).toAbsolutePath());
    } catch (FileAlreadyExistsException e) {
      throw new StartRefused("--work-dir: " + config.workDir() + " is not a folder", e);
    } catch (IOException e) {
      throw new StartRefused("--work-dir " + config.workDir() + ": " + e.getMessage(), e);
    }
  }

  private static GuardianProcess guardian(String incarnation, WorkFolder folder)
      throws IOException {
    List<Path> removed = new ArrayList<>(List.of(folder.sockets()));
    if (folder.isTemporary()) {
      removed.add(folder.root());
    }
    Path home = Files.createTempDirectory("muster-guardian");
    Leftovers.note(folder, incarnation, List.of(home, folder.sockets()));
    Leftovers.lookSoon(folder);
    return GuardianProcess.start(incarnation, home, removed);
  }

  private static EngineSettings settings(WorkerConfig config, String incarnation, WorkFolder folder)
      throws IOException, StartRefused {
    WorkerConfig.TaskJvms given = config.taskJvms();
    // Another user can't read this one's cache; who says what JVMs are told may have an archive.
    boolean cached =
        given.harness().isEmpty() && given.options().isEmpty() && config.taskUser().isEmpty();
    JvmSettings jvm =
        cached
            ? HarnessJar.jvm(folder.root(), given.ioOptions())
            : JvmSettings.ofThisJvm(
                HarnessJar.classPath(folder.root(), given.harness()),
                given.options(),
                given.ioOptions());
    return new EngineSettings(
        incarnation,
        config.slots(),
        config.taskMemory(),
        config.ioMemory(),
        config.cacheLimit(),
        config.drainWithin(),
        folder,
        jvm,
        System.getenv(),
        confinement(config, folder, jvm));
  }

  private static Confinement confinement(WorkerConfig config, WorkFolder folder, JvmSettings jvm)
      throws IOException, StartRefused {
    Path probe = Files.write(folder.cache().resolve("probe"), new byte[1]);
    String option =
        !config.taskUser().isEmpty()
            ? "--task-user " + config.taskUser()
            : config.taskNetwork() ? "--task-cgroup" : "--no-task-network";
    try {
      Confinement confinement =
          new Confinement(
              config.taskUser().isEmpty()
                  ? Optional.empty()
                  : Optional.of(Confinement.User.of(config.taskUser())),
              config.taskNetwork(),
              Optional.of(config.taskCgroup())
                  .filter(it -> !it.isEmpty())
                  .map(it -> Path.of(it).toAbsolutePath()));
      confinement.prepare(
          List.of(folder.root(), folder.cache(), folder.temp(), folder.sockets()),
          folder.out(),
          Stream.concat(Stream.of(probe, jvm.java()), jvm.files()).toList());
      return confinement;
    } catch (IOException e) {
      throw new StartRefused(option + ": " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static void close(WorkFolder folder) {
    try {
      folder.close();
    } catch (IOException e) {
      LOG.warn("cannot close {}", folder.root(), e);
    }
  }
}
