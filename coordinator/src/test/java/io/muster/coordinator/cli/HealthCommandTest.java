package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.access.Security;
import io.muster.coordinator.access.TlsSettings;
import io.muster.coordinator.http.TokenGuard;
import io.muster.node.http.HttpGuard;
import io.muster.node.http.NodeHttp;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {
  private static final String HERE = "127.0.0.1";

  @TempDir private Path folder;
  private final AtomicBoolean ready = new AtomicBoolean(true);

  private NodeHttp node(HttpGuard guard) throws IOException {
    return NodeHttp.start(HERE, 0, ready::get, new PrometheusRegistry(), guard, Map.of());
  }

  private Shell.Run health(int port) {
    return new Shell(folder).fed("", Map.of(), "health", "--http", HERE + ":" + port);
  }

  @Test
  void itSaysWhetherTheNodeIsReady() throws IOException {
    try (NodeHttp http = node(HttpGuard.NONE)) {
      assertThat(health(http.port()).exits(0).err()).isEqualTo("ready\n");
      ready.set(false);
      assertThat(health(http.port()).exits(1).err()).isEqualTo("not ready\n");
    }
  }

  @Test
  void aNodeWithTlsIsAskedWithTlsAndWithoutAToken() throws IOException {
    TlsSettings settings =
        new TlsSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofHours(1),
            Duration.ofHours(1));
    try (NodeHttp http = node(new TokenGuard(Security.open(folder, settings, HERE)))) {
      health(http.port()).exits(0);
      ready.set(false);
      health(http.port()).exits(1);
    }
  }

  @Test
  void thePortOfTheEnvironmentIsAskedUnlessKubernetesMadeIt() throws IOException {
    try (NodeHttp http = node(HttpGuard.NONE)) {
      Map<String, String> environment = Map.of("MUSTER_HTTP_PORT", "" + http.port());
      new Shell(folder).fed("", environment, "health").exits(0);
    }
    new Shell(folder)
        .fed("", Map.of("MUSTER_HTTP_PORT", "tcp://10.0.0.1:1"), "health", "--http", HERE + ":x")
        .refuses(2, "not an address");
  }

  @Test
  void whereNobodyAnswersItSaysSo() throws IOException {
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getByName(HERE))) {
      int port = nobody.getLocalPort();
      nobody.close();
      health(port).refuses(3, "no node answers at " + HERE + ":" + port);
    }
  }
}
