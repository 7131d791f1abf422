package io.muster.coordinator.cli;

import com.typesafe.config.Config;
import io.muster.coordinator.start.CoordinatorConfig;
import io.muster.coordinator.start.CoordinatorProcess;
import io.muster.coordinator.start.HostPort;
import io.muster.coordinator.start.StartRefused;
import io.muster.node.options.EnvironmentDefaults;
import io.muster.node.options.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code start}: runs a coordinator until it is stopped. Options stand over the environment, that
 * over {@code --config}, that over {@code reference.conf}.
 */
@Command(
    name = "start",
    description =
        "Starts a coordinator in the foreground; SIGTERM, Ctrl-C or 'stop' end it in order.",
    defaultValueProvider = EnvironmentDefaults.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster start",
      "  muster start --api-port 0 --cluster-port 0 --http-port 0 --data /tmp/muster"
    })
public final class StartCommand implements Callable<Integer> {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Address that others reach this coordinator by (127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description = "Address to listen on, if it is another (the host).")
  private @Nullable String bind;

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      description = "Port for the cluster's nodes; 0 takes a free one (7350).")
  private @Nullable Integer clusterPort;

  @Option(
      names = "--api-port",
      paramLabel = "PORT",
      description = "Port for clients; 0 takes a free one (7351).")
  private @Nullable Integer apiPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port for dashboard and metrics; 0 takes a free one (7352).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for journal, store and logs (~/.muster/data).")
  private @Nullable String data;

  @Option(
      names = "--journal",
      paramLabel = "JDBC-URL",
      description = "Database of the journal (embedded in the data folder).")
  private @Nullable String journal;

  @Option(
      names = "--coordinators",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Cluster addresses of all 1, 3 or 5 coordinators, this one included.")
  private @Nullable List<String> coordinators;

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
      names = "--tls",
      description = "Ask for TLS and tokens on loopback too; beyond it that is so anyway.")
  private boolean tls;

  @Option(
      names = "--tls-name",
      paramLabel = "NAME",
      split = ",",
      description = "Further names and addresses for this coordinator's certificate.")
  private @Nullable List<String> tlsNames;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate of another authority, PEM (this coordinator is one itself).")
  private @Nullable String tlsCert;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PKCS#8 PEM.")
  private @Nullable String tlsKey;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "That authority's certificate, PEM.")
  private @Nullable String tlsCa;

  @Option(
      names = "--tls-ca-key",
      paramLabel = "FILE",
      description = "Its key, if workers are to get certificates here (they bring theirs).")
  private @Nullable String tlsCaKey;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "Tokens that are let in too, as 'muster certs --kubernetes' writes them.")
  private @Nullable String tokens;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = java.util.Objects.requireNonNull(spec).commandLine();
    try {
      Config settings = Settings.of(given(), config);
      return CoordinatorProcess.run(
          CoordinatorConfig.read(settings), settings, System.out, System.err);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, String.valueOf(e.getMessage()), e);
    } catch (StartRefused e) {
      line.getErr().println("start: " + e.getMessage());
      line.getErr().flush();
      return 5;
    }
  }

  private Map<String, Object> given() {
    Map<String, Object> given = new HashMap<>();
    put(given, "host", host);
    put(given, "bind", bind);
    put(given, "cluster-port", clusterPort);
    put(given, "api-port", apiPort);
    put(given, "http-port", httpPort);
    put(given, "data", data);
    put(given, "journal", journal);
    if (coordinators != null) {
      put(given, "coordinators", coordinators.stream().map(StartCommand::checked).toList());
    }
    put(given, "insecure", insecure ? true : null);
    put(given, "tls", tls ? true : null);
    put(given, "tls-names", tlsNames);
    put(given, "tls-cert", tlsCert);
    put(given, "tls-key", tlsKey);
    put(given, "tls-ca", tlsCa);
    put(given, "tls-ca-key", tlsCaKey);
    put(given, "tokens", tokens);
    return given;
  }

  private static String checked(String address) {
    try {
      return HostPort.parse(address).toString();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--coordinators: " + e.getMessage(), e);
    }
  }

  private static void put(Map<String, Object> given, String key, @Nullable Object value) {
    if (value != null) {
      given.put("muster.coordinator." + key, value);
    }
  }
}
