package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A worker and a coordinator that speak different protocols. The coordinator listens on another
 * address than the one it is known by; there, relays change the one byte that says the protocol.
 */
@ExtendWith(ClusterLogs.class)
class OtherVersionIT {
  private static final String BIND = "127.0.0.2";

  /** Of {@code ClusterInfo}, which the API answers with: field 2, a string, and field 3. */
  private static final int INFO_VERSION = 2 << 3 | 2;

  private static final int INFO_PROTOCOL = 3 << 3;

  /** Of {@code Registration}, which the worker sends over the cluster: fields 9 and 10. */
  private static final int REGISTRATION_VERSION = 9 << 3 | 2;

  private static final int REGISTRATION_PROTOCOL = 10 << 3;

  private static final int OURS = 1;

  private MusterCluster cluster;
  private Relay clusterPort;
  private Relay api;
  private String version;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(isLocal(BIND), "needs " + BIND + " to be an address of this machine");
    cluster = MusterCluster.prepared();
    List<String> ready = List.of(coordinator().out().get(0).split("[ =]"));
    clusterPort = relay(ready.get(2));
    api = relay(ready.get(4));
    version = cluster.cli("--version").succeeds().lines().get(0).replace("muster ", "");
  }

  private RunningProcess coordinator() {
    return cluster.startCoordinator("-Dmuster.coordinator.bind=" + BIND);
  }

  private static Relay relay(String address) throws IOException {
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    return Relay.open(new InetSocketAddress("127.0.0.1", port), new InetSocketAddress(BIND, port));
  }

  private static boolean isLocal(String address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void stop() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
    for (Relay relay : new Relay[] {clusterPort, api}) {
      if (relay != null) {
        relay.close();
      }
    }
  }

  /** The field with the version of Muster, which comes right before, makes the place certain. */
  private byte[] protocol(int versionTag, int protocolTag, int protocol) {
    byte[] text = version.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] bytes = new byte[text.length + 4];
    bytes[0] = (byte) versionTag;
    bytes[1] = (byte) text.length;
    System.arraycopy(text, 0, bytes, 2, text.length);
    bytes[text.length + 2] = (byte) protocolTag;
    bytes[text.length + 3] = (byte) protocol;
    return bytes;
  }

  private void theCoordinatorSpeaks(int protocol) {
    api.replace(
        protocol(INFO_VERSION, INFO_PROTOCOL, OURS),
        protocol(INFO_VERSION, INFO_PROTOCOL, protocol));
  }

  private void theWorkerSpeaks(int protocol) {
    clusterPort.replace(
        protocol(REGISTRATION_VERSION, REGISTRATION_PROTOCOL, OURS),
        protocol(REGISTRATION_VERSION, REGISTRATION_PROTOCOL, protocol));
  }

  private void sameVersionAgain() {
    clusterPort.replaceNothing();
    api.replaceNothing();
  }

  /** A worker that was just started ends with 5 and this line; nothing of it stays. */
  private void newWorkerSays(String line) {
    Path temporary = cluster.folder().resolve("other");
    RunningProcess worker = cluster.launchWorker(temporary, List.of("--join", cluster.api()));
    ends(worker, line);
    assertThat(worker.out()).isEmpty();
    new TaskProcesses(temporary).awaitNone();
  }

  private static void ends(RunningProcess worker, String line) {
    assertThat(worker.awaitExit()).as(worker.out() + " " + worker.err()).isEqualTo(5);
    List<String> said =
        worker.err().stream().filter(each -> !each.endsWith("; trying on")).toList();
    assertThat(said).containsExactly(line);
  }

  @Test
  void aWorkerSaysWhichSideToUpgradeAndTheJobWaitsForAnother() {
    String id = cluster.submitTask("Square", "--range", "0..100");

    theCoordinatorSpeaks(99);
    newWorkerSays(
        "worker: the coordinator at "
            + cluster.api()
            + " (Muster "
            + version
            + ") speaks protocol 99, this worker protocol 1: upgrade the worker");
    theCoordinatorSpeaks(0);
    newWorkerSays(
        "worker: the coordinator at "
            + cluster.api()
            + " (Muster "
            + version
            + ") speaks protocol 0, this worker protocol 1: upgrade the coordinator");
    assertThat(cluster.cli("workers", "--output", "json").succeeds().out()).isEmpty();

    sameVersionAgain();
    cluster.startWorker("--slots", "1");
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id)).hasSize(100);
  }

  @Test
  void aWorkerThatRunsTasksEndsWhenItsCoordinatorIsReplacedAndItsTasksGoToAnother() {
    MusterCluster.Worker worker = cluster.startWorker("--slots", "1");
    String id =
        cluster.submitTask("SlowSquare", "--range", "0..40", "--arg", cluster.gate("replaced"));
    cluster.awaitRunning(id, 1);
    String coordinator = clusterAddress();
    cluster.killCoordinator();
    theWorkerSpeaks(2);
    coordinator();
    ends(
        worker.process(),
        "worker: the coordinator at "
            + coordinator
            + " refuses this worker: this coordinator speaks protocol 1, the worker (Muster "
            + version
            + ") protocol 2: upgrade the coordinator");
    worker.tasks().awaitNone();

    cluster.open("replaced");
    sameVersionAgain();
    cluster.startWorker("--slots", "1");
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id))
        .isEqualTo(LongStream.range(0, 40).mapToObj(i -> Long.toString(i * i)).toList());
    assertThat(cluster.failures(id)).isEmpty();
  }

  private String clusterAddress() {
    return cluster.coordinator().out().get(0).replaceAll(".* cluster=(\\S+) .*", "$1");
  }
}
