package io.muster.coordinator.start;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.muster.code.UserHome;
import io.muster.coordinator.access.TlsSettings;
import io.muster.node.options.Settings;
import io.muster.node.tls.CredentialFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code muster.coordinator} in the configuration says, read once. {@code reference.conf} has
 * the meaning of each.
 */
public record CoordinatorConfig(
    String host,
    String bind,
    int clusterPort,
    int apiPort,
    int httpPort,
    Path data,
    Optional<String> journal,
    List<HostPort> coordinators,
    boolean insecure,
    boolean tls,
    TlsSettings tlsSettings,
    Duration gather,
    long snapshotEvents,
    long snapshotBytes,
    long maxInputs,
    Duration watchInterval,
    Duration sessionSilence,
    int maxMessage) {
  private static final long LEAST_MESSAGE = 1 << 20;

  /** Throws {@link IllegalArgumentException} with a line that names the key and the bad value. */
  public static CoordinatorConfig read(Config config) {
    try {
      Config c = config.getConfig("muster.coordinator");
      String host = c.getString("host");
      String bind = c.getString("bind");
      return new CoordinatorConfig(
          host,
          bind.isEmpty() ? host : bind,
          port(c, "cluster-port"),
          port(c, "api-port"),
          port(c, "http-port"),
          home(c.getString("data")),
          Optional.of(c.getString("journal")).filter(url -> !url.isEmpty()),
          c.getStringList("coordinators").stream().map(HostPort::parse).toList(),
          c.getBoolean("insecure"),
          c.getBoolean("tls") || !c.getString("tls-cert").isEmpty(),
          tls(c),
          c.getDuration("gather"),
          c.getLong("snapshot-every.events"),
          c.getBytes("snapshot-every.bytes"),
          c.getBytes("max-inputs"),
          c.getDuration("watch-interval"),
          c.getDuration("session-silence"),
          maxMessage(c.getBytes("max-message")));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("muster.coordinator: " + Settings.line(e), e);
    }
  }

  private static int maxMessage(long bytes) {
    if (bytes < LEAST_MESSAGE || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "muster.coordinator.max-message: 1m to 2047m, not " + bytes + " bytes");
    }
    return (int) bytes;
  }

  private static TlsSettings tls(Config c) {
    Optional<Path> cert = file(c, "tls-cert");
    Optional<Path> key = file(c, "tls-key");
    Optional<Path> ca = file(c, "tls-ca");
    Optional<Path> caKey = file(c, "tls-ca-key");
    if (cert.isPresent() != key.isPresent() || cert.isPresent() != ca.isPresent()) {
      throw new IllegalArgumentException("--tls-cert, --tls-key and --tls-ca go together");
    }
    if (caKey.isPresent() && ca.isEmpty()) {
      throw new IllegalArgumentException(
          "--tls-ca-key: --tls-cert, --tls-key and --tls-ca go with it");
    }
    return new TlsSettings(
        cert.map(file -> new CredentialFiles(file, key.orElseThrow(), ca.orElseThrow())),
        caKey,
        file(c, "tokens"),
        c.getStringList("tls-names"),
        c.getDuration("certificates.worker"),
        c.getDuration("certificates.coordinator"));
  }

  private static Optional<Path> file(Config c, String key) {
    return Optional.of(c.getString(key)).filter(path -> !path.isEmpty()).map(Path::of);
  }

  private static int port(Config config, String key) {
    int port = config.getInt(key);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("--" + key + ": a port is 0 to 65535, not " + port);
    }
    return port;
  }

  private static Path home(String path) {
    return path.equals("~") || path.startsWith("~/")
        ? Path.of(UserHome.folder() + path.substring(1))
        : Path.of(path);
  }

  /** What can be refused before anything is opened. */
  void check() throws StartRefused {
    int count = coordinators.size();
    if (count != 0 && count != 1 && count != 3 && count != 5) {
      throw new StartRefused(
          "--coordinators names "
              + count
              + " coordinators: 1, 3 or 5 can decide by majority"
              + (count == 2 ? " (two are worse than one: either's end stops both)" : ""));
    }
    if (count > 0 && coordinators.stream().distinct().count() < count) {
      throw new StartRefused("--coordinators names one coordinator twice");
    }
    if (count > 0 && !coordinators.contains(new HostPort(host, clusterPort))) {
      throw new StartRefused(
          "--coordinators has to name this coordinator too, as "
              + new HostPort(host, clusterPort)
              + " (--host and --cluster-port)");
    }
    if (count > 1) {
      throw new StartRefused(
          "--coordinators: several coordinators need one store, which this version does not have:"
              + " after a take-over results would be missing. Start one");
    }
    isBeyondLoopback();
  }

  /** Whether everything that listens asks for TLS and tokens. */
  boolean isSecured() throws StartRefused {
    return tls || (isBeyondLoopback() && !insecure);
  }

  /** Whether others can reach it. */
  boolean isBeyondLoopback() throws StartRefused {
    return !isLoopback("--host", host) || !isLoopback("--bind", bind);
  }

  private static boolean isLoopback(String option, String address) throws StartRefused {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartRefused(option + ": no such host: " + address, e);
    }
  }
}
