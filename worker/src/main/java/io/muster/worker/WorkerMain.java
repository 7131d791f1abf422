package io.muster.worker;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.muster.client.trust.Access;
import io.muster.node.options.EnvironmentDefaults;
import io.muster.node.options.Settings;
import io.muster.node.options.WrongUsage;
import io.muster.node.tls.CredentialFiles;
import io.muster.worker.access.WorkerAccess;
import io.muster.worker.link.ClusterMemberships;
import io.muster.worker.link.WorkerIdentity;
import io.muster.worker.process.Launch;
import io.muster.worker.start.Memberships;
import io.muster.worker.start.StartRefused;
import io.muster.worker.start.Worker;
import io.muster.worker.start.WorkerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The worker's main class: options stand over the environment, that over {@code --config}, that
 * over {@code reference.conf}.
 */
@Command(
    name = "worker",
    description =
        "Runs tasks for a coordinator; SIGTERM or Ctrl-C end it when what it runs is finished.",
    defaultValueProvider = EnvironmentDefaults.class,
    sortOptions = false,
    versionProvider = WorkerMain.Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster worker",
      "  muster worker --join 127.0.0.1:7351 --slots 2 --label disk=fast"
    })
public final class WorkerMain implements Callable<Integer> {
  private static final int REFUSED = 5;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "API addresses of coordinators (127.0.0.1:7351).")
  private @Nullable List<String> join;

  @Option(names = "--slots", paramLabel = "N", description = "Compute chunks at once (processors).")
  private @Nullable Integer slots;

  @Option(names = "--io-limit", paramLabel = "N", description = "I/O tasks at once (20000).")
  private @Nullable Integer ioLimit;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Address that others reach this worker by (the one that reaches --join).")
  private @Nullable String host;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description = "Address to listen on, if it is another (the host).")
  private @Nullable String bind;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for the cluster's nodes; 0 takes a free one (0).")
  private @Nullable Integer port;

  @Option(
      names = "--drain-within",
      paramLabel = "TIME",
      description = "How long running tasks may go on when the worker is to end (25s).")
  private @Nullable String drainWithin;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port for /healthz, /readyz and /metrics; 0 takes a free one (none).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--label",
      paramLabel = "K=V",
      description = "What jobs may ask for with --where; may be given more than once.")
  private @Nullable Map<String, String> labels;

  @Option(names = "--task-memory", paramLabel = "SIZE", description = "Memory of one slot (256m).")
  private @Nullable String taskMemory;

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description = "Folder to work in, locked (a new one, removed at the end).")
  private @Nullable String workDir;

  @Option(
      names = "--cache-limit",
      paramLabel = "SIZE",
      description = "How much of jars and large inputs is kept for later (4g).")
  private @Nullable String cacheLimit;

  @Option(
      names = "--task-user",
      paramLabel = "NAME",
      description = "Run tasks as this user (the worker's own); needs root.")
  private @Nullable String taskUser;

  @Option(
      names = "--no-task-network",
      description = "Give commands and compute tasks no network; needs root.")
  private boolean noTaskNetwork;

  @Option(
      names = "--task-cgroup",
      paramLabel = "DIR",
      description = "Put task processes into this control group, whose limits then hold for them.")
  private @Nullable String taskCgroup;

  @Option(
      names = "--token",
      paramLabel = "TOKEN|@FILE",
      description = "A worker's token, or a file that has it; others on this machine see options.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that has the worker's token.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authorities to believe, PEM (the one that the token names).")
  private @Nullable Path ca;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate for the cluster, PEM (one is asked for with the token).")
  private @Nullable Path tlsCert;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PKCS#8 PEM.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Further settings (HOCON), as in reference.conf.")
  private @Nullable Path config;

  @Option(
      names = "--insecure",
      description = "Listen beyond loopback without encryption and without asking who it is.")
  private boolean insecure;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  /** Starts a worker and ends the JVM when it has ended. */
  public static void main(String[] arguments) {
    Launch.prepare();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new WorkerMain());
    line.setExpandAtFiles(false); // --token @FILE
    line.setParameterExceptionHandler(
        (e, given) -> {
          e.getCommandLine().getErr().println("worker: " + WrongUsage.line(e));
          e.getCommandLine().getErr().flush();
          return CommandLine.ExitCode.USAGE;
        });
    return line;
  }

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    Config settings;
    WorkerConfig read;
    WorkerAccess access;
    try {
      settings = Settings.of(given(), config);
      read = WorkerConfig.read(settings);
      access = access();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, String.valueOf(e.getMessage()), e);
    }
    try {
      String incarnation = UUID.randomUUID().toString();
      String host = read.reachableHost();
      String bind = read.bind().isEmpty() ? host : read.bind();
      read.requireLoopback(host, "--host", access.isPlain());
      read.requireLoopback(bind, "--bind", access.isPlain());
      if (access.isPlain() && !read.isOnLoopback(host, bind)) {
        warn(line, "--insecure: whoever reaches this worker can run programs here");
      }
      if (!access.isPlain() && read.taskUser().isEmpty()) {
        warn(
            line,
            "tasks run as this worker's user and can do what it may: --task-user NAME runs them as"
                + " another");
      }
      WorkerIdentity identity =
          new WorkerIdentity(
              incarnation,
              host,
              read.slots(),
              read.ioLimit(),
              read.taskMemory(),
              read.labels(),
              Version.text());
      Memberships memberships =
          new ClusterMemberships(identity, access, host, bind, read.port(), settings);
      return Worker.run(read, access, incarnation, memberships, System.out, System.err);
    } catch (StartRefused e) {
      line.getErr().println("worker: " + e.getMessage());
      line.getErr().flush();
      return REFUSED;
    }
  }

  private static void warn(CommandLine line, String warning) {
    line.getErr().println("worker: " + warning);
    line.getErr().flush();
  }

  private WorkerAccess access() {
    if ((tlsCert == null) != (tlsKey == null) || (tlsCert != null && ca == null)) {
      throw new IllegalArgumentException("--tls-cert, --tls-key and --ca go together");
    }
    String shown = tokenFile == null ? token : "@" + tokenFile;
    if (token != null && tokenFile != null) {
      ParseResult said = Objects.requireNonNull(spec).commandLine().getParseResult();
      if (said.hasMatchedOption("--token") == said.hasMatchedOption("--token-file")) {
        throw new IllegalArgumentException("--token or --token-file, not both");
      }
      // What is said in words stands over the environment.
      shown = said.hasMatchedOption("--token") ? token : "@" + tokenFile;
    }
    Access api;
    try {
      api = Access.of(shown, ca);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--token, --ca: " + e.getMessage(), e);
    }
    if (ca != null && shown == null) {
      throw new IllegalArgumentException("--ca: a --token goes with it");
    }
    return WorkerAccess.of(
        api,
        tlsCert == null || tlsKey == null || ca == null
            ? Optional.empty()
            : Optional.of(new CredentialFiles(tlsCert, tlsKey, ca)));
  }

  private Map<String, Object> given() {
    Map<String, Object> given = new HashMap<>();
    put(given, "join", join);
    put(given, "slots", slots == null ? null : atLeastOne(slots));
    put(given, "io-limit", ioLimit);
    put(given, "host", host);
    put(given, "bind", bind);
    put(given, "port", port);
    put(given, "drain-within", drainWithin == null ? null : duration(drainWithin));
    put(given, "http-port", httpPort);
    put(given, "labels", labels == null ? null : ConfigValueFactory.fromMap(labels));
    put(given, "task-memory", taskMemory);
    put(given, "work-dir", workDir);
    put(given, "cache-limit", cacheLimit);
    put(given, "insecure", insecure ? true : null);
    put(given, "task-user", taskUser);
    put(given, "task-network", noTaskNetwork ? false : null);
    put(given, "task-cgroup", taskCgroup);
    return given;
  }

  private static int atLeastOne(int slots) {
    if (slots < 1) {
      throw new IllegalArgumentException("--slots: at least 1, not " + slots);
    }
    return slots;
  }

  private static String duration(String text) {
    try {
      if (!ConfigFactory.parseMap(Map.of("d", text)).getDuration("d").isNegative()) {
        return text;
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "--drain-within: not a time such as 25s or 2m: '" + text + "'", e);
    }
    throw new IllegalArgumentException("--drain-within: not a time such as 25s: '" + text + "'");
  }

  private static void put(Map<String, Object> given, String key, @Nullable Object value) {
    if (value != null) {
      given.put("muster.worker." + key, value);
    }
  }

  /** From the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }

    static String text() {
      String version = WorkerMain.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
