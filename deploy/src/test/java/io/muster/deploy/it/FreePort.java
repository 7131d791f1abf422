package io.muster.deploy.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port that a node can come back to: none of those that the system gives to connections, one of
 * which could have it by then.
 */
final class FreePort {
  private static final int FIRST = 12_000;
  private static final int LAST = 32_000;

  private FreePort() {}

  static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException e) {
        continue; // somebody has it
      }
    }
  }
}
