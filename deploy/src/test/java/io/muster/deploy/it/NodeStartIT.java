package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the nodes say when they start, and when they can't have what they need. */
@ExtendWith(ClusterLogs.class)
class NodeStartIT {
  /** It ends with 5 and one line that has these words. */
  private static void refuses(RunningProcess node, String... words) {
    assertThat(node.awaitExit()).as(node.out() + " " + node.err()).isEqualTo(5);
    assertThat(node.out()).isEmpty();
    assertThat(node.err()).hasSize(1);
    assertThat(node.err().get(0)).contains(words).doesNotContain("Exception");
  }

  private static RunningProcess coordinator(MusterCluster cluster, Path data, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--cluster-port",
                "0",
                "--api-port",
                "0",
                "--http-port",
                "0",
                "--data",
                data.toString()));
    all.addAll(List.of(options));
    return cluster.launchCoordinator(List.of(), all.toArray(String[]::new));
  }

  @Test
  void aFolderThatCanNotBeMadeIsNamed() throws IOException {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      Path file = Files.writeString(cluster.folder().resolve("file"), "not a folder");
      refuses(coordinator(cluster, file.resolve("data")), file.resolve("data").toString());
    }
  }

  @Test
  void aFolderThatIsNotWritableIsNamed() throws IOException {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      Path folder = Path.of("/proc/self/task"); // not even root may write there
      refuses(coordinator(cluster, folder), folder.toString());
    }
  }

  @Test
  void aFolderInUseByAnotherCoordinatorIsNamed() {
    try (MusterCluster cluster = MusterCluster.started()) {
      refuses(coordinator(cluster, cluster.data()), cluster.data().toString(), "use");
      assertThat(cluster.coordinator().isAlive()).isTrue();
    }
  }

  @Test
  void portsInUseAreNamedWithTheirOption() throws IOException {
    try (MusterCluster cluster = MusterCluster.prepared();
        ServerSocket taken = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      for (String option : List.of("--cluster-port", "--api-port", "--http-port")) {
        List<String> options = new ArrayList<>();
        for (String each : List.of("--cluster-port", "--api-port", "--http-port")) {
          options.addAll(List.of(each, each.equals(option) ? port : "0"));
        }
        options.addAll(List.of("--data", cluster.data().toString()));
        refuses(cluster.launchCoordinator(List.of(), options.toArray(String[]::new)), port, option);
      }
    }
  }

  @Test
  void beyondLoopbackAWorkerNeedsATokenAndACoordinatorAsksForOne() {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      RunningProcess worker =
          cluster.launchWorker(
              cluster.folder().resolve("w"), List.of("--join", "127.0.0.1:1", "--host", "0.0.0.0"));
      refuses(worker, "--host 0.0.0.0", "--token", "--insecure");
      RunningProcess coordinator =
          coordinator(cluster, cluster.folder().resolve("d"), "--bind", "0.0.0.0");
      assertThat(coordinator.awaitOut(line -> line.startsWith("ready "))).contains("http=https://");
      assertThat(cluster.folder().resolve("d/admin.token")).exists();
    }
  }

  @Test
  void whoListensBeyondLoopbackWithoutTlsSaysSo() {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      RunningProcess coordinator =
          coordinator(cluster, cluster.folder().resolve("d"), "--bind", "0.0.0.0", "--insecure");
      assertThat(coordinator.awaitOut(line -> line.startsWith("ready "))).contains("http=http://");
      assertThat(coordinator.err()).hasSize(1).first().asString().contains("--insecure");
    }
  }

  @Test
  void taskProcessesStartFromAnArchiveThatAUsersFirstWorkerHasWritten(@TempDir Path own)
      throws IOException {
    Path cache = Files.createDirectories(own.resolve("worker"));
    JvmFlags quick = JvmFlags.quick();
    List<String> flags = new ArrayList<>(quick.worker());
    flags.add("-Dmuster.cache=" + own);
    try (MusterCluster cluster =
        MusterCluster.prepared(() -> new JvmFlags(quick.coordinator(), flags, quick.cli()))) {
      cluster.startCoordinator();
      MusterCluster.Worker worker = cluster.startWorker("--slots", "1");
      Until.holds(() -> "no archive: " + filesOf(cache), () -> archive(cache).isPresent());
      assertThat(filesOf(cache)).hasSize(2); // the jar beside it, and nothing that is not whole
      Path archive = archive(cache).orElseThrow();
      // Of another environment, so that none of those that were started before will do.
      String id =
          cluster.submitTask(
              "SlowSquare", "--range", "0..1", "--env", "A=1", "--arg", cluster.gate("look"));
      cluster.awaitRunning(id, 1);
      assertThat(worker.tasks().javaProcesses()).anyMatch(pid -> maps(pid, archive));
      cluster.open("look");
      cluster.cli("wait", id).succeeds();
      assertThat(cluster.results(id)).containsExactly("0");
    }
  }

  private static List<Path> filesOf(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> archive(Path folder) {
    return filesOf(folder).stream().filter(file -> file.toString().endsWith(".jsa")).findFirst();
  }

  private static boolean maps(long pid, Path file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/maps")).contains(file.toString());
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  @Test
  void aWorkerWithAWrongAddressSaysWhereItLooksAndGoesOnTrying() {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      Path temporary = cluster.folder().resolve("lonely");
      RunningProcess worker = cluster.launchWorker(temporary, List.of("--join", "127.0.0.1:1"));
      String line = worker.awaitErr(each -> each.contains("127.0.0.1:1"));
      assertThat(line).doesNotContain("Exception");
      assertThat(worker.isAlive()).isTrue();
      worker.terminate();
      assertThat(worker.awaitExit()).isZero();
      assertThat(worker.out()).isEmpty();
    }
  }

  @Test
  @Tag("smoke")
  void nodesPrintTheirReadyLineAloneAndEndWithZeroWhenTerminated() {
    try (MusterCluster cluster = MusterCluster.started(1, 2)) {
      RunningProcess worker = cluster.startWorker("--slots", "1").process();
      for (RunningProcess node : List.of(worker, cluster.coordinator())) {
        node.terminate();
        assertThat(node.awaitExit()).isZero();
        assertThat(node.out()).hasSize(1);
        assertThat(node.err()).isEmpty();
      }
    }
  }
}
