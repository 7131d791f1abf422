package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.Muster;
import io.muster.client.MusterExecutor;
import io.muster.client.Pool;
import io.muster.client.RemoteTaskException;
import io.muster.deploy.local.SessionProgram;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a client's calls when a process dies: theirs, the coordinator's, its own. */
@ExtendWith(ClusterLogs.class)
class SessionIT {
  private static final int CALLS = 10_000;

  @TempDir Path folder;
  private MusterCluster cluster;

  @BeforeEach
  void prepare() {
    cluster = MusterCluster.prepared();
  }

  private void start(String... coordinatorFlags) {
    cluster.startCoordinator(coordinatorFlags);
    cluster.startWorker("--slots", "1");
    cluster.startWorker("--slots", "1");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static int slowly(int n) throws InterruptedException {
    Thread.sleep(1);
    return n;
  }

  @Test
  void everyCallIsAnsweredOnceWhenTheCoordinatorDies() throws Exception {
    start();
    try (Muster muster = Muster.connect(cluster.api());
        Pool pool = muster.pool()) {
      ConcurrentMap<Integer, Integer> answers = new ConcurrentHashMap<>();
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        int n = i;
        calls.add(
            pool.applyAsync(
                () -> slowly(n),
                answer -> answers.merge(answer, 1, Integer::sum),
                error -> answers.merge(-1, 1, Integer::sum)));
      }
      assertThat(calls.get(0).get()).isZero();
      cluster.killCoordinator();
      cluster.startCoordinator();
      for (int i = 0; i < CALLS; i++) {
        assertThat(calls.get(i).get()).isEqualTo(i);
      }
      pool.close(); // callbacks have run
      assertThat(answers).hasSize(CALLS).allSatisfy((n, times) -> assertThat(times).isEqualTo(1));
    }
  }

  @Test
  void aProcessThatDiesCostsItsOwnCallAlone() throws Exception {
    start();
    try (Muster muster = Muster.connect(cluster.api())) {
      MusterExecutor executor = muster.executor();
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int n = i;
        calls.add(
            executor.submit(
                () -> {
                  if (n == 57) {
                    System.err.println("last words of 57");
                    System.exit(9);
                  }
                  return n;
                }));
      }
      for (int i = 0; i < 200; i++) {
        Future<Integer> call = calls.get(i);
        if (i == 57) {
          assertThatThrownBy(call::get)
              .isInstanceOf(ExecutionException.class)
              .cause()
              .isInstanceOfSatisfying(
                  RemoteTaskException.class,
                  why -> {
                    assertThat(why.exitCode()).hasValue(9);
                    assertThat(why.tryNumber()).isEqualTo(2);
                    assertThat(why.stderr()).contains("last words of 57");
                  });
        } else {
          assertThat(call.get()).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void theJobsOfAKilledClientEnd() {
    start("-Dmuster.coordinator.session-silence=5s");
    RunningProcess client = program("client", cluster.api());
    client.awaitOut("hanging"::equals);
    assertThat(cluster.cli("jobs", "--output", "json").succeeds().jsonLines()).hasSize(1);
    client.kill();
    Until.holds(
        () -> "the job of a client that is gone there",
        () -> cluster.cli("jobs", "--output", "json").succeeds().jsonLines().isEmpty());
    assertThat(cluster.run("--range", "0..2", "--", "echo", "{}")).isNotEmpty(); // on both slots
  }

  private RunningProcess program(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(MusterCluster.java());
    command.add("-Dmuster.cache=" + folder);
    command.add("-cp");
    command.add(
        MusterCluster.jar("muster.client.jar")
            + File.pathSeparator
            + SessionProgram.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    command.add(SessionProgram.class.getName());
    command.addAll(List.of(arguments));
    return RunningProcess.start(name, RunningProcess.builder(folder, command));
  }

  @Test
  void twoClientsWithDifferentVersionsOfAClassAreServedAtOnce() throws Exception {
    start();
    VersionedClass one = VersionedClass.of(folder, "one");
    VersionedClass two = VersionedClass.of(folder, "two");
    try (Muster first = Muster.builder().classLoader(one.loader()).connect(cluster.api());
        Muster second = Muster.builder().classLoader(two.loader()).connect(cluster.api());
        Pool ofFirst = first.pool();
        Pool ofSecond = second.pool()) {
      List<Integer> inputs = IntStream.range(0, 20).boxed().toList();
      for (int round = 0; round < 3; round++) {
        assertThat(ofFirst.map(one.function(), inputs)).containsOnly("one");
        assertThat(ofSecond.map(two.function(), inputs)).containsOnly("two");
      }
    }
  }
}
