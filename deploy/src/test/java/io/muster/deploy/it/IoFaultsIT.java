package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * I/O tasks that misbehave, and what is killed beneath them. With {@code --crash-limit 1} a
 * neighbour that was charged once would have failed.
 */
@ExtendWith(ClusterLogs.class)
class IoFaultsIT {
  private static final int MANY = 10_000;

  private static MusterCluster cluster;

  /** The only one. */
  private static MusterCluster.Worker worker;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started();
    worker = startWorker();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static MusterCluster.Worker startWorker() {
    return cluster.startWorker("--slots", "1", "--io-limit", Integer.toString(10 * MANY));
  }

  private static String upTo(int count) {
    return "0.." + count;
  }

  private static List<String> allBut(long missing, int count) {
    return LongStream.range(0, count).filter(i -> i != missing).mapToObj(Long::toString).toList();
  }

  private void allSucceed(String id, int count) {
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id)).isEqualTo(allBut(-1, count));
    assertThat(cluster.failures(id)).isEmpty();
  }

  /** This one failed, and its neighbours have their results. */
  private JsonNode onlyFails(String id, long task, int count) {
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("task").asLong()).isEqualTo(task);
    assertThat(cluster.results(id)).isEqualTo(allBut(task, count));
    return failure;
  }

  @Test
  void tenThousandThatWaitOnAKilledWorkerGoOnOnAnother() {
    String id = cluster.submitTask("IoWaits", "--range", upTo(MANY), "--arg", cluster.gate("on"));
    cluster.awaitRunning(id, MANY);
    MusterCluster.Worker killed = worker;
    worker = startWorker();
    killed.process().kill();
    killed.tasks().awaitNone();
    cluster.open("on");
    allSucceed(id, MANY);
  }

  @Test
  void tenThousandThatWaitOutliveAKilledCoordinatorAndAreNotStartedAgain() {
    String id =
        cluster.submitTask(
            "IoWaits", "--range", upTo(MANY), "--crash-limit", "1", "--arg", cluster.gate("again"));
    cluster.awaitRunning(id, MANY);
    cluster.killCoordinator();
    cluster.startCoordinator();
    cluster.open("again");
    allSucceed(id, MANY);
  }

  @Test
  void aHundredThousandAreCancelledAtOnceAndTheirRoomIsFree() {
    String id =
        cluster.submit("--io", "sleep", "--range", upTo(10 * MANY), "--arg", "millis=600000");
    cluster.awaitRunning(id, 10 * MANY);
    long before = System.nanoTime();
    cluster.cli("cancel", id).succeeds();
    cluster.cli("wait", id).exits(1);
    System.out.println("cancelled in " + (System.nanoTime() - before) / 1_000_000 + " ms");
    assertThat(cluster.job(id).get("state").asText()).isEqualTo("cancelled");
    allSucceed(cluster.submitTask("IoWaits", "--range", upTo(100), "--arg", "millis=1"), 100);
  }

  @Test
  void theOneThatExitsIsFoundAndFailsAlone() {
    String id =
        cluster.runTask(
            "IoExits",
            "--range",
            upTo(MANY),
            "--arg",
            "on=7777",
            "--arg",
            "millis=100",
            "--crash-limit",
            "1");
    JsonNode failure = onlyFails(id, 7777, MANY);
    assertThat(failure.get("kind").asText()).isEqualTo("crash");
    assertThat(failure.get("exitCode").asInt()).isEqualTo(42);
  }

  @Test
  void theOneThatEatsAllMemoryIsFoundAndFailsAlone() {
    String id =
        cluster.runTask(
            "IoEatsMemory",
            "--range",
            upTo(1000),
            "--arg",
            "on=777",
            "--arg",
            "millis=100",
            "--crash-limit",
            "1",
            "--memory",
            "128m");
    JsonNode failure = onlyFails(id, 777, 1000);
    assertThat(failure.get("kind").asText()).isEqualTo("memory");
  }

  @Test
  void theOneThatNeverEndsRunsOutOfTime() {
    String id =
        cluster.runTask(
            "IoNeverEnds",
            "--range",
            upTo(1000),
            "--arg",
            "on=5",
            "--arg",
            "millis=1",
            "--timeout",
            "5s");
    assertThat(onlyFails(id, 5, 1000).get("kind").asText()).isEqualTo("timeout");
  }

  @Test
  void theOneThatBlocksIsNamedInTheLogAndHoldsNobodyUp() {
    String id =
        cluster.runTask("IoBlocks", "--range", upTo(1000), "--arg", "on=5", "--arg", "block=4000");
    assertThat(cluster.results(id)).isEqualTo(allBut(-1, 1000));
    assertThat(cluster.cli("logs", id, "--task", "5").succeeds().out()).contains("IoTask.Blocking");
  }

  @Test
  void aThousandThatBlockAThreadEachAllEnd() {
    allSucceed(cluster.runTask("IoSleeps", "--range", upTo(1000), "--arg", "millis=200"), 1000);
  }

  @Test
  void theOneThatThrowsFailsAloneWithItsStackTrace() {
    String id = cluster.runTask("IoThrows", "--range", upTo(1000), "--arg", "on=5");
    JsonNode failure = onlyFails(id, 5, 1000);
    assertThat(failure.get("kind").asText()).isEqualTo("exception");
    assertThat(failure.get("stackTrace").asText())
        .contains("java.io.IOException: no answer for 5", "IoThrows");
  }

  @Test
  void computeGoesOnBesideTasksThatWait() {
    String waiting = cluster.submitTask("IoWaits", "--range", upTo(MANY), "--arg", "millis=600000");
    cluster.awaitRunning(waiting, MANY);
    String id = cluster.runTask("Square", "--range", "0..10");
    assertThat(cluster.results(id)).hasSize(10);
    cluster.cli("cancel", waiting).succeeds();
  }
}
