package io.muster.worker.start;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.muster.node.options.Settings;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code muster.worker} in the configuration says, read once. {@code reference.conf} has the
 * meaning of each.
 *
 * @param host empty: the address that reaches what it joins
 * @param bind empty: the host
 * @param httpPort -1: none
 * @param workDir empty: a new one
 * @param taskJvms how task JVMs are started
 * @param taskUser empty: the worker's own
 * @param taskCgroup empty: the worker's own
 */
public record WorkerConfig(
    List<String> join,
    int slots,
    int ioLimit,
    String host,
    String bind,
    int port,
    Duration drainWithin,
    int httpPort,
    Map<String, String> labels,
    long taskMemory,
    long ioMemory,
    String workDir,
    long cacheLimit,
    boolean insecure,
    TaskJvms taskJvms,
    String taskUser,
    boolean taskNetwork,
    String taskCgroup) {
  private static final long LEAST_MEMORY = 16 << 20;

  /**
   * How task JVMs are started.
   *
   * @param harness a copy of the harness that is there already; empty: none
   * @param options of those of compute tasks
   * @param ioOptions of those of I/O tasks
   */
  public record TaskJvms(String harness, List<String> options, List<String> ioOptions) {}

  /** Throws {@link IllegalArgumentException} with a line that names the key and the bad value. */
  public static WorkerConfig read(Config config) {
    try {
      Config c = config.getConfig("muster.worker");
      return new WorkerConfig(
          join(c.getStringList("join")),
          slots(c.getInt("slots")),
          ioLimit(c.getInt("io-limit")),
          c.getString("host"),
          c.getString("bind"),
          port(c.getInt("port"), 0, "--port"),
          c.getDuration("drain-within"),
          port(c.getInt("http-port"), -1, "--http-port"),
          labels(c.getConfig("labels")),
          memory(bytes(c, "task-memory"), "--task-memory"),
          memory(bytes(c, "io-memory"), "io-memory"),
          c.getString("work-dir"),
          bytes(c, "cache-limit"),
          c.getBoolean("insecure"),
          new TaskJvms(
              c.getString("harness"),
              c.getStringList("task-options"),
              c.getStringList("io-options")),
          c.getString("task-user"),
          c.getBoolean("task-network"),
          c.getString("task-cgroup"));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("muster.worker: " + Settings.line(e), e);
    }
  }

  /** The address that others reach this worker by: the one from which it reaches what it joins. */
  public String reachableHost() throws StartRefused {
    if (!host.isEmpty()) {
      return host;
    }
    String first = join.get(0);
    int colon = first.lastIndexOf(':');
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(
          new InetSocketAddress(
              InetAddress.getByName(first.substring(0, colon)),
              Integer.parseInt(first.substring(colon + 1))));
      return socket.getLocalAddress().getHostAddress();
    } catch (UnknownHostException e) {
      throw new StartRefused("--join: no such host: " + first.substring(0, colon), e);
    } catch (SocketException | UncheckedIOException e) {
      throw new StartRefused("--join " + first + ": " + e.getMessage() + "; say --host", e);
    }
  }

  /**
   * The worker may be reached by nobody else unless it knows them or is told that it may.
   *
   * @param plain whether it speaks plain text
   */
  public void requireLoopback(String address, String option, boolean plain) throws StartRefused {
    if (plain && !insecure && !isLoopback(option, address)) {
      throw new StartRefused(
          option
              + " "
              + address
              + " is beyond loopback, where anybody who reaches it could run programs: give"
              + " --token ('muster token create worker' prints the whole line), or say --insecure"
              + " if that is what you want");
    }
  }

  public boolean isOnLoopback(String host, String bind) throws StartRefused {
    return isLoopback("--host", host) && isLoopback("--bind", bind);
  }

  static boolean isLoopback(String address) throws StartRefused {
    return isLoopback("--bind", address);
  }

  private static boolean isLoopback(String option, String address) throws StartRefused {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartRefused(option + ": no such host: " + address, e);
    }
  }

  private static int slots(int slots) {
    if (slots < 0) {
      throw new IllegalArgumentException("--slots: at least 1, not " + slots);
    }
    return slots == 0 ? Runtime.getRuntime().availableProcessors() : slots;
  }

  private static int ioLimit(int tasks) {
    if (tasks < 0) {
      throw new IllegalArgumentException("--io-limit: at least 0, not " + tasks);
    }
    return tasks;
  }

  private static int port(int port, int least, String option) {
    if (port < least || port > 65535) {
      throw new IllegalArgumentException(option + ": a port is 0 to 65535, not " + port);
    }
    return port;
  }

  private static long bytes(Config config, String key) {
    try {
      return config.getBytes(key);
    } catch (ConfigException.BadValue e) {
      throw new IllegalArgumentException(
          "--" + key + ": not a size such as 256m or 4g: '" + config.getString(key) + "'", e);
    }
  }

  private static long memory(long bytes, String option) {
    if (bytes < LEAST_MEMORY) {
      throw new IllegalArgumentException(option + ": at least 16m, not " + bytes + " bytes");
    }
    return bytes;
  }

  private static List<String> join(List<String> addresses) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("--join: names no coordinator");
    }
    return addresses.stream().map(WorkerConfig::address).toList();
  }

  private static String address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65535) {
        return text;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--join: not a host:port: '" + text + "'", e);
    }
    throw new IllegalArgumentException("--join: not a host:port: '" + text + "'");
  }

  private static Map<String, String> labels(Config config) {
    Map<String, String> labels = new HashMap<>();
    config.root().forEach((name, value) -> labels.put(name, String.valueOf(value.unwrapped())));
    return labels;
  }
}
