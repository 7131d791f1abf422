package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A planned loss of a worker charges nobody and loses nothing. */
@ExtendWith(ClusterLogs.class)
class DrainIT {
  private static MusterCluster cluster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aTerminatedWorkerFinishesWhatRunsAndExitsWithZero() {
    MusterCluster.Worker worker = cluster.startWorker("--slots", "2", "--drain-within", "10m");
    String id =
        cluster.submitTask(
            "SaysProcess", "--range", "0..6", "--chunk", "1", "--arg", cluster.gate("finish"));
    cluster.awaitStarts(id, 2);
    worker.process().terminate();
    cluster.awaitState(worker, "draining");
    cluster.open("finish");
    assertThat(worker.process().awaitExit()).isZero();
    worker.tasks().awaitNone();
    MusterCluster.Worker other = cluster.startWorker("--slots", "2");
    cluster.cli("wait", id).succeeds();
    assertThat(cluster.starts(id)).as("what ran was finished, not started again").hasSize(6);
    other.process().terminate();
    assertThat(other.process().awaitExit()).isZero();
  }

  @Test
  void whatIsNotDoneWithinTheTimeGoesBackUncharged() {
    MusterCluster.Worker worker = cluster.startWorker("--slots", "1", "--drain-within", "1s");
    String id =
        cluster.submitTask(
            "SaysProcess", "--range", "0..1", "--crash-limit", "1", "--arg", cluster.gate("back"));
    cluster.awaitStarts(id, 1);
    cluster.cli("drain", worker.id()).succeeds();
    assertThat(worker.process().awaitExit()).isZero();
    worker.tasks().awaitNone();
    cluster.open("back");
    MusterCluster.Worker other = cluster.startWorker("--slots", "1");
    cluster.cli("wait", id).succeeds();
    assertThat(cluster.failures(id)).isEmpty();
    other.process().terminate();
    assertThat(other.process().awaitExit()).isZero();
  }

  @Test
  void aDrainingWorkerIsShownAndTakesNothingNew() {
    MusterCluster.Worker worker = cluster.startWorker("--slots", "2", "--drain-within", "10m");
    String running =
        cluster.submitTask("SaysProcess", "--range", "0..1", "--arg", cluster.gate("shown"));
    cluster.awaitStarts(running, 1);
    cluster.cli("drain", worker.id()).succeeds();
    String waiting = cluster.submitTask("Square", "--range", "0..1");
    List<JsonNode> all = cluster.cli("workers", "--output", "json").succeeds().jsonLines();
    assertThat(all)
        .filteredOn(each -> each.get("id").asText().equals(worker.id()))
        .singleElement()
        .satisfies(each -> assertThat(each.get("state").asText()).isEqualTo("draining"));
    cluster.open("shown");
    assertThat(worker.process().awaitExit()).isZero();
    assertThat(cluster.results(running)).hasSize(1);
    assertThat(cluster.job(waiting).get("state").asText()).isEqualTo("waiting");
    cluster.cli("cancel", waiting).succeeds();
  }

  @Test
  void anIdleWorkerWaitsForNoCoordinator() {
    try (MusterCluster alone = MusterCluster.started()) {
      MusterCluster.Worker worker = alone.startWorker("--slots", "1", "--drain-within", "1h");
      alone.killCoordinator();
      worker.process().terminate();
      assertThat(worker.process().awaitExit()).isZero();
    }
  }

  @Test
  void drainOfAnUnknownWorkerNamesIt() {
    cluster.cli("drain", "w999").refuses(4, "w999");
  }
}
