package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code kill -9} of everything, at moments that a seed picks ({@code -Dmuster.seed=N}), {@code
 * -Dmuster.kills=N} times each (1). A moment is "when so many results are there".
 */
@ExtendWith(ClusterLogs.class)
class KillIT {
  private static final int TASKS = 2000;
  private static final int KILLS = Integer.getInteger("muster.kills", 1);
  private static final long SEED = Long.getLong("muster.seed", System.nanoTime());

  private final Random random = new Random(SEED);
  private MusterCluster cluster;
  private final List<MusterCluster.Worker> workers = new ArrayList<>();

  @BeforeEach
  void start() {
    System.out.println("KillIT -Dmuster.seed=" + SEED);
    cluster = MusterCluster.started();
    workers.add(cluster.startWorker("--slots", "1"));
    workers.add(cluster.startWorker("--slots", "1"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aKilledWorkerCostsNoResultAndLeavesNoProcess() {
    for (int kill = 0; kill < KILLS; kill++) {
      String id = submit();
      awaitResults(id, moment(kill));
      MusterCluster.Worker victim = workers.remove(random.nextInt(workers.size()));
      Until.holds(
          () -> "nothing runs on " + victim.id(),
          () -> !victim.tasks().marked().isEmpty() || ended(id));
      victim.process().kill();
      long killed = System.nanoTime();
      victim.tasks().awaitNone();
      System.out.println(
          "its processes were gone " + (System.nanoTime() - killed) / 1_000_000 + " ms later");
      everyResultIsThereOnce(id);
      workers.add(cluster.startWorker("--slots", "1"));
    }
  }

  @Test
  void aKilledGuardianIsReplacedByOneThatLeavesNoProcess() {
    MusterCluster.Worker victim = workers.remove(0);
    long guardian = guardianOf(victim);
    TaskProcesses.kill(guardian);
    TaskProcesses.awaitGone(List.of(guardian));
    Until.holds(() -> "no new guardian", () -> guardianOf(victim) != -1);
    String id = submit();
    awaitResults(id, 500);
    victim.process().kill();
    victim.tasks().awaitNone();
    everyResultIsThereOnce(id);
  }

  /** Its process id; -1: there is none. */
  private static long guardianOf(MusterCluster.Worker worker) {
    return ProcessHandle.of(worker.process().pid()).stream()
        .flatMap(ProcessHandle::children)
        .filter(each -> each.info().commandLine().orElse("").contains("process.Guardian"))
        .mapToLong(ProcessHandle::pid)
        .findFirst()
        .orElse(-1);
  }

  @Test
  void aKilledTaskProcessCostsNoResultAndLeavesNoProcess() {
    for (int kill = 0; kill < KILLS; kill++) {
      String id = submit();
      awaitResults(id, moment(kill));
      Until.holds(
          () -> "no task process", () -> !cluster.tasks().javaProcesses().isEmpty() || ended(id));
      List<Long> processes = List.copyOf(cluster.tasks().javaProcesses());
      if (!processes.isEmpty()) {
        long victim = processes.get(random.nextInt(processes.size()));
        TaskProcesses.kill(victim);
        TaskProcesses.awaitGone(List.of(victim));
      }
      everyResultIsThereOnce(id);
      cluster.tasks().awaitOnlyJvms();
    }
  }

  @Test
  void aKilledCoordinatorCostsNoResult() {
    for (int kill = 0; kill < KILLS; kill++) {
      String id = submit();
      awaitResults(id, moment(kill));
      cluster.killCoordinator();
      cluster.startCoordinator();
      everyResultIsThereOnce(id);
      cluster.tasks().awaitOnlyJvms();
    }
  }

  @Test
  void taskProcessesOutliveALongAbsenceOfTheCoordinatorAndStartNothingAgain() throws Exception {
    long outage = Long.getLong("muster.outage", 15);
    String id =
        cluster.submitTask(
            "SaysProcess", "--range", "0..4", "--chunk", "1", "--arg", cluster.gate("back"));
    cluster.awaitStarts(id, 2);
    SortedSet<Long> before = cluster.tasks().javaProcesses();
    assertThat(before).containsAll(cluster.startedIn(id));
    cluster.killCoordinator();
    // The absence itself is what is tested: longer than it takes to replace an actor system.
    Process clock = new ProcessBuilder("sleep", Long.toString(outage)).start();
    assertThat(clock.waitFor(10 * outage, TimeUnit.SECONDS)).isTrue();
    cluster.startCoordinator();
    workers.forEach(worker -> cluster.awaitState(worker, "up"));
    assertThat(cluster.tasks().javaProcesses()).isEqualTo(before);
    cluster.open("back");
    cluster.cli("wait", id).succeeds();
    assertThat(cluster.starts(id)).as("each task was started once").hasSize(4);
    assertThat(cluster.results(id).stream().map(Long::valueOf)).allMatch(before::contains);
  }

  private String submit() {
    return cluster.submitTask("SquareWithChildren", "--range", "0.." + TASKS, "--arg", "millis=3");
  }

  /** How many results are to be there; the second kill is as early as can be. */
  private int moment(int kill) {
    int moment = kill == 1 ? 0 : random.nextInt(TASKS - 100);
    System.out.println("kill when " + moment + " results are there");
    return moment;
  }

  private void awaitResults(String id, int count) {
    if (count > 0) {
      try (RunningProcess results = cluster.cliStarted("results", id, "-f")) {
        results.awaitOutLines(count);
      }
    }
  }

  private boolean ended(String id) {
    return !cluster.job(id).get("finished").isNull();
  }

  private void everyResultIsThereOnce(String id) {
    cluster.cli("wait", id, "--within", "5m").succeeds();
    JsonNode job = cluster.job(id);
    assertThat(job.at("/tasks/succeeded").asLong()).isEqualTo(TASKS);
    assertThat(job.at("/tasks/failed").asLong()).isZero();
    assertThat(cluster.results(id))
        .isEqualTo(LongStream.range(0, TASKS).mapToObj(i -> Long.toString(i * i)).toList());
    assertThat(cluster.failures(id)).isEmpty();
  }
}
