package io.muster.coordinator.start;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Whether a port can be listened on, asked where the library that will listen has no clear word.
 */
final class Ports {
  private Ports() {}

  /** A port that was free a moment ago: this one, or any for 0. */
  static int free(String option, String host, int port) throws StartRefused {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw taken(option, host, port, e);
    }
  }

  static StartRefused taken(String option, String host, int port, Throwable cause) {
    return new StartRefused(
        option + " " + port + " on " + host + " cannot be listened on: " + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String said = String.valueOf(deepest.getMessage());
    return said.contains("in use") ? "it is in use" : said;
  }
}
