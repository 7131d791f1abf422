package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster on loopback that asks for TLS and tokens, with certificates from files. */
final class SecuredCluster implements AutoCloseable {
  /** Whoever makes the coordinator keep too much ends it. */
  private static final List<String> LITTLE_MEMORY =
      List.of("-Xmx192m", "-XX:+ExitOnOutOfMemoryError");

  private final MusterCluster cluster;
  private final Path certificates;
  private final Path otherCertificates;
  private final String admin;
  private int workers;

  private SecuredCluster(MusterCluster cluster) {
    this.cluster = cluster;
    certificates = cluster.folder().resolve("certs");
    otherCertificates = cluster.folder().resolve("other-certs");
    cluster.cli("certs", certificates.toString()).succeeds();
    cluster.cli("certs", otherCertificates.toString()).succeeds();
    Path config = cluster.folder().resolve("muster.conf");
    write(config, "muster.coordinator.certificates.worker = 30s\n");
    cluster.startCoordinator(
        LITTLE_MEMORY,
        List.of(
            "--config",
            config.toString(),
            "--tls-cert",
            certificates.resolve("tls.crt").toString(),
            "--tls-key",
            certificates.resolve("tls.key").toString(),
            "--tls-ca",
            certificates.resolve("ca.crt").toString(),
            "--tls-ca-key",
            certificates.resolve("ca.key").toString()));
    admin = read(cluster.data().resolve("admin.token")).strip();
  }

  /** A coordinator, and a worker that was started by the line that it printed. */
  static SecuredCluster started() {
    SecuredCluster secured = new SecuredCluster(MusterCluster.prepared());
    secured.startWorker();
    return secured;
  }

  /** As a person on another machine would: by the printed line and nothing else. */
  MusterCluster.Worker startWorker() {
    String line = as(admin, "token", "create", "worker").succeeds().out().strip();
    assertThat(line).matches("java -jar worker\\.jar --join \\S+ --token muster1\\.worker\\.\\S+");
    List<String> options = new ArrayList<>(List.of(line.split(" ")));
    options.subList(0, 3).clear();
    Path temporary = folder();
    options.addAll(List.of("--slots", "2", "--work-dir", temporary.toString()));
    return MusterCluster.registered(cluster.launchWorker(temporary, options), temporary);
  }

  /** Starts a worker with these options and does not wait for anything. */
  RunningProcess launchWorker(String... options) {
    return launchWorkerAt(cluster.api(), options);
  }

  /** The same, by another address. */
  RunningProcess launchWorkerAt(String api, String... options) {
    Path temporary = folder();
    List<String> all = new ArrayList<>(List.of("--join", api));
    all.addAll(List.of("--work-dir", temporary.toString()));
    all.addAll(List.of(options));
    return cluster.launchWorker(temporary, all);
  }

  /** The same in a folder that other users of this machine may enter. */
  RunningProcess launchWorkerInTheOpen(Path temporary, String... options) {
    List<String> all = new ArrayList<>(List.of("--join", cluster.api()));
    all.addAll(List.of(options));
    return cluster.launchWorker(temporary, all);
  }

  private Path folder() {
    return cluster.folder().resolve("secured-" + workers++);
  }

  MusterCluster cluster() {
    return cluster;
  }

  String api() {
    return cluster.api();
  }

  String admin() {
    return admin;
  }

  Path certificates() {
    return certificates;
  }

  Path otherCertificates() {
    return otherCertificates;
  }

  int apiPort() {
    return port(cluster.api());
  }

  int httpPort() {
    return port(cluster.http());
  }

  int clusterPort() {
    return cluster.clusterPort();
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** A new token of this role. */
  String create(String role, String... options) {
    List<String> all = new ArrayList<>(List.of("token", "create", role, "--output", "json"));
    all.addAll(List.of(options));
    return as(admin, all.toArray(String[]::new)).succeeds().json().get("token").asText();
  }

  /** Runs a command of the CLI as who has this token. */
  CliRun as(String token, String... arguments) {
    return cluster.cliAs(token, arguments);
  }

  /** A token that nobody made, of the right cluster. */
  String wrongToken() {
    String[] parts = admin.split("\\.");
    return String.join(".", parts[0], parts[1], "A".repeat(43), parts[3]);
  }

  /** The right token with another cluster's fingerprint. */
  String otherCluster() {
    String[] parts = admin.split("\\.");
    return String.join(".", parts[0], parts[1], parts[2], "A".repeat(43));
  }

  /** What the coordinator has written down. */
  String log() {
    return read(cluster.data().resolve("log/coordinator.log"));
  }

  /** What the first worker has written down. */
  String workerLog() {
    return read(cluster.folder().resolve("secured-0/worker.log"));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
