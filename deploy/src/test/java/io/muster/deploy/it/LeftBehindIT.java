package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the dead and the past leave behind: commands of a killed worker, an older data folder. */
@ExtendWith(ClusterLogs.class)
class LeftBehindIT {

  @Test
  void whatAWorkerLeftThatDiedWithItsGuardianIsEndedByTheNextInItsFolder() {
    try (MusterCluster cluster = MusterCluster.started()) {
      MusterCluster.Worker victim = cluster.startWorker("--slots", "1");
      String id = cluster.submit("--", "sleep", "1000");
      cluster.awaitRunning(id, 1);
      Until.holds(() -> "no command runs", () -> !victim.tasks().marked().isEmpty());
      List<Long> guardians =
          ProcessHandle.of(victim.process().pid()).stream()
              .flatMap(ProcessHandle::children)
              .filter(each -> each.info().commandLine().orElse("").contains("process.Guardian"))
              .map(ProcessHandle::pid)
              .toList();
      assertThat(guardians).hasSize(1);
      Path folder = victim.tasks().temporary();
      List<Long> left = List.copyOf(victim.tasks().marked());
      TaskProcesses.kill(guardians.get(0));
      victim.process().kill(); // before another guardian takes the place
      MusterCluster.registered(
          cluster.launchWorker(
              folder,
              List.of("--join", cluster.api(), "--work-dir", folder.toString(), "--slots", "1")),
          folder);
      TaskProcesses.awaitGone(left);
    }
  }

  @Test
  void aWorkerSaysWhyItDoesNotWorkForACoordinatorOfThePast() throws IOException {
    try (MusterCluster cluster = MusterCluster.started()) {
      cluster.killCoordinator();
      Path copy = cluster.folder().resolve("copy");
      copy(cluster.data(), copy);
      cluster.startCoordinator();
      cluster.killCoordinator();
      cluster.startCoordinator();
      MusterCluster.Worker worker = cluster.startWorker("--slots", "1");
      cluster.killCoordinator();
      Files.move(cluster.data(), cluster.folder().resolve("later"));
      Files.move(copy, cluster.data());
      cluster.startCoordinator();
      assertThat(worker.process().awaitErr(line -> line.contains("epoch")))
          .contains("was an older data folder restored? Then start this worker again");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
