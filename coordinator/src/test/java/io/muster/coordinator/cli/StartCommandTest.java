package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code start} refuses, with the line that the user is told. */
class StartCommandTest {
  @TempDir private Path folder;
  private final StringWriter said = new StringWriter();

  private int start(String... options) {
    List<String> line = new ArrayList<>(List.of(options));
    if (!line.contains("--data")) {
      line.addAll(List.of("--data", folder.resolve("data").toString()));
    }
    return new CommandLine(new StartCommand())
        .setErr(new PrintWriter(said, true))
        .execute(line.toArray(String[]::new));
  }

  private void isRefused(int code, String words, String... options) {
    assertThat(start(options)).isEqualTo(code);
    assertThat(said.toString()).contains(words).doesNotContain("\tat ");
  }

  @Test
  void twoCoordinatorsAreRefused() {
    isRefused(5, "--coordinators names 2 coordinators", "--coordinators", "a:1,b:2");
  }

  @Test
  void severalCoordinatorsAreRefusedAsLongAsTheyShareNoStore() {
    isRefused(5, "need one store", "--coordinators", "127.0.0.1:7350,b:2,c:3");
  }

  @Test
  void coordinatorsWithoutThisOneAreRefused() {
    isRefused(5, "has to name this coordinator too", "--coordinators", "a:1,b:2,c:3");
  }

  @Test
  void certificatesFromElsewhereAreAllNamedAndThere() {
    isRefused(
        2, "--tls-cert, --tls-key and --tls-ca go together", "--tls-cert", "/nowhere/tls.crt");
    isRefused(2, "--tls-ca-key", "--tls-ca-key", "/nowhere/ca.key");
    isRefused(
        5,
        "TLS: no such file: /nowhere/tls.crt",
        "--tls-cert",
        "/nowhere/tls.crt",
        "--tls-key",
        "/nowhere/tls.key",
        "--tls-ca",
        "/nowhere/ca.crt");
  }

  @Test
  void aWrongPortIsNamed() {
    isRefused(2, "--api-port: a port is 0 to 65535, not 70000", "--api-port", "70000");
    isRefused(2, "--http-port", "--http-port", "x");
  }

  @Test
  void aMissingConfigFileIsNamed() {
    isRefused(2, "--config: no such file: /nowhere", "--config", "/nowhere");
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      isRefused(5, "--cluster-port " + port, "--cluster-port", port);
      assertThat(said.toString()).contains("it is in use");
    }
  }

  @Test
  void aDataFolderThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    isRefused(5, "data folder " + file.resolve("data"), "--data", file.resolve("data").toString());
  }

  @Test
  void aDataFolderOfANewerVersionIsRefused() throws Exception {
    Path data = Files.createDirectories(folder.resolve("newer"));
    Files.writeString(data.resolve("version"), "99\n", StandardCharsets.UTF_8);
    isRefused(5, "version 99", "--data", data.toString());
  }

  @Test
  void helpIsShown() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new CommandLine(new StartCommand())
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .execute("--help");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("--cluster-port").contains("Example");
  }
}
