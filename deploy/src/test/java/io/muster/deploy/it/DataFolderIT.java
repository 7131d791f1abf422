package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a coordinator says when it can't have its folder or its ports, and what a lost one costs.
 */
@ExtendWith(ClusterLogs.class)
class DataFolderIT {

  @Test
  void aFolderThatIsWipedWhileWorkersRunStartsAnew() throws IOException {
    try (MusterCluster cluster = MusterCluster.started()) {
      MusterCluster.Worker worker = cluster.startWorker("--slots", "2");
      String old = cluster.submitTask("SlowSquare", "--range", "0..400", "--arg", "millis=50");
      cluster.awaitRunning(old, 1);
      cluster.killCoordinator();
      delete(cluster.data());
      cluster.startCoordinator();
      // The same id, the same indices, other results: what was begun before must not count.
      String id = cluster.submitTask("SaysProcess", "--range", "0..40", "--arg", "millis=20");
      assertThat(id).isEqualTo(old);
      cluster.cli("wait", id, "--within", "5m").succeeds();
      List<String> results = cluster.results(id);
      assertThat(results).hasSize(40);
      assertThat(cluster.starts(id)).hasSize(40);
      assertThat(cluster.startedIn(id)).map(Object::toString).containsAll(results);
      assertThat(worker.process().isAlive()).isTrue();
      assertThat(cluster.cli("jobs", "--output", "json").succeeds().jsonLines()).hasSize(1);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void stopEndsACoordinatorInOrderAndItsDataIsThereAgain() {
    try (MusterCluster cluster = MusterCluster.started(1, 1)) {
      String id = cluster.runTask("Square", "--range", "0..100");
      cluster.cli("stop").succeeds();
      assertThat(cluster.coordinator().awaitExit()).isZero();
      cluster.startCoordinator();
      assertThat(cluster.results(id)).hasSize(100);
      cluster.coordinator().terminate();
      assertThat(cluster.coordinator().awaitExit()).isZero();
      assertThat(cluster.coordinator().err()).isEmpty();
    }
  }

  @Test
  void aJournalThatWasEmptiedIsNotTakenForANewOne() throws IOException {
    try (MusterCluster cluster = MusterCluster.started()) {
      cluster.coordinator().terminate();
      assertThat(cluster.coordinator().awaitExit()).isZero();
      Path journal = cluster.data().resolve("journal");
      Files.write(journal.resolve("journal.mv.db"), new byte[0]);
      RunningProcess refused =
          cluster.launchCoordinator(
              List.of(),
              "--cluster-port",
              "0",
              "--api-port",
              "0",
              "--http-port",
              "0",
              "--data",
              cluster.data().toString());
      assertThat(refused.awaitExit()).isEqualTo(5);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err())
          .containsExactly(
              "start: the journal "
                  + journal.resolve("journal")
                  + " is not the one of data folder "
                  + cluster.data()
                  + ", or is damaged: restore a copy of both, or start with another --data");
    }
  }

  @Test
  void aLittleHeapIsEnoughForTenBillion() {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      cluster.startCoordinator("-Xmx128m");
      cluster.startWorker("--slots", "2");
      String id = cluster.runTask("CountRange", "--range", "0..10000000000");
      assertThat(cluster.results(id)).containsExactly("10000000000");
    }
  }

  @Test
  void aFullDiskIsSaidAndNothingRecordedIsLost() throws Exception {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      Files.createDirectories(cluster.data());
      try (SmallDisk disk = SmallDisk.mounted(cluster.data(), 24)) {
        cluster.startCoordinator();
        cluster.startWorker("--slots", "2");
        String small = cluster.runTask("Square", "--range", "0..100");
        String big = cluster.submitTask("BigResult", "--range", "0..60", "--arg", "bytes=1000000");
        RunningProcess coordinator = cluster.coordinator();
        Until.holds(
            () -> "nothing is said: " + cluster.data().toFile().getUsableSpace(),
            () -> !coordinator.isAlive() || !coordinator.err().isEmpty());
        if (coordinator.isAlive()) {
          assertThat(coordinator.err().get(0))
              .startsWith("start: large values have no room in " + cluster.data() + " and wait: ");
        }
        disk.resize(400);
        if (!coordinator.isAlive()) {
          coordinator.awaitExit();
          assertThat(coordinator.err()).last().asString().contains("space");
          cluster.startCoordinator();
        }
        cluster.cli("wait", big, "--within", "5m").succeeds();
        assertThat(cluster.results(big)).hasSize(60);
        assertThat(cluster.results(small)).hasSize(100);
      }
    }
  }

  @Test
  void aSubmissionThatADiskHadNoRoomForIsForgottenEverywhere() throws Exception {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      Files.createDirectories(cluster.data());
      try (SmallDisk disk = SmallDisk.mounted(cluster.data(), 40)) {
        cluster.startCoordinator();
        cluster.startWorker("--slots", "1");
        String before = cluster.run("--", "echo", "before");
        disk.fill();
        int taken = 0;
        CliRun run = cluster.cli("submit", "--", "echo", "lost");
        while (run.exitCode() == 0) {
          taken++;
          run = cluster.cli("submit", "--", "echo", "lost");
        }
        run.exits(3);
        assertThat(cluster.coordinator().awaitExit()).isEqualTo(5);
        assertThat(cluster.coordinator().err()).hasSize(1).first().asString().contains("space");
        disk.resize(400);
        cluster.startCoordinator();
        // It gets the number of the one that was lost, and none of its results.
        assertThat(cluster.results(cluster.run("--", "echo", "found"))).containsExactly("found");
        assertThat(cluster.results(before)).containsExactly("before");
        assertThat(cluster.cli("jobs", "--output", "json").succeeds().jsonLines())
            .hasSize(2 + taken);
      }
    }
  }

  @Test
  void aFolderThatIsWipedUnderARunningCoordinatorEndsIt() throws IOException {
    try (MusterCluster cluster = MusterCluster.started(1, 1)) {
      cluster.runTask("Square", "--range", "0..10");
      delete(cluster.data());
      assertThat(cluster.coordinator().awaitExit()).isEqualTo(5);
      assertThat(cluster.coordinator().err())
          .singleElement()
          .asString()
          .contains(cluster.data().toString(), "removed or replaced");
    }
  }

  @Test
  void aFolderOfANewerVersionIsLeftAsItIs() throws IOException {
    try (MusterCluster cluster = MusterCluster.started(1, 1)) {
      String id = cluster.runTask("Square", "--range", "0..100");
      cluster.coordinator().terminate();
      assertThat(cluster.coordinator().awaitExit()).isZero();
      Path version = cluster.data().resolve("version");
      String own = Files.readString(version);
      Files.writeString(version, "2\n");
      Map<String, String> before = files(cluster.data());

      RunningProcess refused =
          cluster.launchCoordinator(
              List.of(),
              "--cluster-port",
              "0",
              "--api-port",
              "0",
              "--http-port",
              "0",
              "--data",
              cluster.data().toString());
      assertThat(refused.awaitExit()).isEqualTo(5);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err())
          .containsExactly(
              "start: data folder "
                  + cluster.data()
                  + " has version 2, this coordinator reads version 1: use the coordinator that"
                  + " wrote it, or another --data");
      assertThat(files(cluster.data())).isEqualTo(before);

      Files.writeString(version, own);
      cluster.startCoordinator();
      assertThat(cluster.results(id)).hasSize(100);
    }
  }

  /** What is there: of a file its time and its content, of a folder its time. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.toList()) {
        String content =
            Files.isDirectory(file) ? "" : HexFormat.of().formatHex(Files.readAllBytes(file));
        files.put(file.toString(), Files.getLastModifiedTime(file) + " " + content);
      }
    }
    return files;
  }

  @Test
  void anotherServerAtTheAddressIsToldFromACoordinator() throws IOException {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.start();
      try {
        String address = "127.0.0.1:" + server.getAddress().getPort();
        cluster.cli("--api", address, "jobs").refuses(3, address);
      } finally {
        server.stop(0);
      }
    }
  }
}
