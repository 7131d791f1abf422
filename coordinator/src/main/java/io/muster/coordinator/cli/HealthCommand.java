package io.muster.coordinator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code health}: whether the node on this machine is ready, for health checks of containers. */
@Command(
    name = "health",
    description = "Asks a node's HTTP port whether it is ready; no token is needed for that.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster health", "  muster health --http 127.0.0.1:7352"})
final class HealthCommand implements Callable<Integer> {
  private static final String PORT = "MUSTER_HTTP_PORT";
  private static final int PATIENCE_MILLIS = 3_000;
  private static final int NO_PORT = 65_536;

  private final Surroundings machine;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where it is, with TLS or without (127.0.0.1:MUSTER_HTTP_PORT, else 7352).")
  private @Nullable String http;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  HealthCommand(Surroundings machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException {
    String address = http == null ? "127.0.0.1:" + ownPort() : http;
    String status = status(place(address), address);
    machine.say(status.equals("200") ? "ready" : "not ready");
    return (status.equals("200") ? ExitCode.DONE : ExitCode.JOB_DID_NOT_SUCCEED).number();
  }

  private String ownPort() {
    String port = machine.environment().get(PORT);
    return port == null || port.isEmpty() || port.startsWith("tcp://") ? "7352" : port;
  }

  private static InetSocketAddress place(String address) {
    int colon = address.lastIndexOf(':');
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (colon > 0 && port > 0 && port < NO_PORT) {
        return new InetSocketAddress(address.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      throw notAnAddress(address);
    }
    throw notAnAddress(address);
  }

  private static Refused notAnAddress(String address) {
    return new Refused(
        ExitCode.WRONG_USAGE, "--http: '" + address + "' is not an address HOST:PORT");
  }

  /** A server that wants TLS does not answer in plain text. */
  private static String status(InetSocketAddress place, String address) {
    try {
      try (Socket plain = connected(place)) {
        return asked(plain);
      } catch (IOException e) {
        try (Socket below = connected(place);
            Socket tls =
                anybody()
                    .getSocketFactory()
                    .createSocket(below, place.getHostString(), place.getPort(), true)) {
          return asked(tls);
        }
      }
    } catch (IOException e) {
      throw new Refused(
          ExitCode.NO_COORDINATOR, "no node answers at " + address + " (" + e.getMessage() + ")");
    }
  }

  private static Socket connected(InetSocketAddress place) throws IOException {
    Socket socket = new Socket();
    socket.connect(place, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String asked(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /readyz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    String line = in.readLine();
    if (line == null || !line.matches("HTTP/1\\.\\d \\d{3}( .*)?")) {
      throw new IOException("it does not speak HTTP");
    }
    return line.split(" ", 3)[1];
  }

  /** No secret is told and nothing but a word is believed, so it may be anybody. */
  private static SSLContext anybody() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this java has no TLS", e);
    }
  }

  /** Lets everybody through. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
