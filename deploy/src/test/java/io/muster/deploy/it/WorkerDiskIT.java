package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers whose disk is full. */
@ExtendWith(ClusterLogs.class)
class WorkerDiskIT {
  private static final int ROOM = 8;
  private static final String TOO_MUCH = "12000000";

  private MusterCluster cluster;
  private Path work;
  private SmallDisk disk;

  @BeforeEach
  void start() throws IOException {
    cluster = MusterCluster.prepared();
    work = cluster.folder().resolve("small");
    disk = SmallDisk.mounted(work, ROOM);
    cluster.startCoordinator();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
    if (disk != null) {
      disk.close();
    }
  }

  private MusterCluster.Worker smallWorker() {
    return MusterCluster.registered(launchSmall(), work);
  }

  private RunningProcess launchSmall() {
    return cluster.launchWorker(
        work, List.of("--join", cluster.api(), "--work-dir", work.toString(), "--slots", "1"));
  }

  @Test
  void aResultThatDoesNotFitIsToldAndTheRoomIsThereAgain() throws IOException {
    MusterCluster.Worker worker = smallWorker();
    String java =
        cluster.runTask(
            "BigResult", "--range", "0..2", "--arg", "bytes=" + TOO_MUCH, "--crash-limit", "2");
    for (JsonNode failure : cluster.failures(java)) {
      failedOn(
          worker,
          failure,
          "the worker cannot keep its result of 12,000,00"
              + (2 + failure.get("task").asInt())
              + " bytes in "
              + work.resolve("out")
              + ": No space left on device");
    }
    assertThat(cluster.failures(java)).hasSize(2);

    String command = cluster.run("--crash-limit", "2", "--", "head", "-c", TOO_MUCH, "/dev/zero");
    failedOn(
        worker,
        cluster.failure(command),
        "the worker cannot keep its output in "
            + work.resolve("out")
            + ": No space left on device");

    String fits = cluster.runTask("BigResult", "--range", "0..2", "--arg", "bytes=5000000");
    assertThat(cluster.results(fits)).hasSize(2);
    String fitsToo = cluster.run("--", "head", "-c", "5000000", "/dev/zero");
    assertThat(cluster.job(fitsToo).get("state").asText()).isEqualTo("succeeded");
    Until.holds(() -> "results are left: " + largeFiles(), () -> largeFiles().isEmpty());
    assertThat(worker.process().isAlive()).isTrue();
    assertThat(worker.process().err()).isEmpty();
  }

  private static void failedOn(MusterCluster.Worker worker, JsonNode failure, String message) {
    assertThat(failure.get("kind").asText()).isEqualTo("lost");
    assertThat(failure.get("worker").asText()).isEqualTo(worker.id());
    assertThat(failure.get("try").asInt()).isEqualTo(2);
    assertThat(failure.get("message").asText()).isEqualTo(message);
  }

  private List<Path> largeFiles() {
    try (Stream<Path> files = Files.walk(work)) {
      return files.filter(file -> file.toFile().length() > 60_000).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of(work); // a file went while it was looked at
    }
  }

  @Test
  void aTaskWhoseResultDoesNotFitGoesOnOnAnotherWorker() {
    MusterCluster.Worker small = smallWorker();
    String id =
        cluster.submitTask(
            "BigResult", "--range", "0..1", "--arg", "bytes=" + TOO_MUCH, "--crash-limit", "20");
    Until.holds(() -> explain(id), () -> explain(id).contains("will run again after a pause"));
    cluster.startWorker("--slots", "1");
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id)).containsExactly("0".repeat(Integer.parseInt(TOO_MUCH)));
    assertThat(cluster.failures(id)).isEmpty();
    assertThat(small.process().isAlive()).isTrue();
  }

  private String explain(String id) {
    return cluster.cli("explain", id).succeeds().out();
  }

  @Test
  void aWorkerThatHasNoRoomForATaskProcessGivesItsTasksBackAndEnds() throws IOException {
    MusterCluster.Worker small = smallWorker();
    disk.fill();
    String id =
        cluster
            .cli("submit", "--range", "0..4", "--crash-limit", "1", "--", "echo", "{}")
            .succeeds()
            .out()
            .strip();
    ends(
        small.process(),
        "worker: cannot start task processes in "
            + work.resolve("tmp")
            + ": No space left on device; what it had to do is given back");
    assertThat(cluster.job(id).get("state").asText()).isNotIn("failed", "succeeded");
    cluster.startWorker("--slots", "1");
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id)).containsExactly("0", "1", "2", "3");
  }

  @Test
  void aWorkerThatHasNoRoomToStartSaysSo() throws IOException {
    disk.fill();
    RunningProcess worker = launchSmall();
    ends(worker, "worker: work folder " + work + ": No space left on device");
    assertThat(worker.out()).isEmpty();
  }

  private static void ends(RunningProcess worker, String line) {
    assertThat(worker.awaitExit()).as(worker.out() + " " + worker.err()).isEqualTo(5);
    assertThat(worker.err()).containsExactly(line);
  }
}
