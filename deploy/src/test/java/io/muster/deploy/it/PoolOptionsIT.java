package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.Muster;
import io.muster.client.Pool;
import io.muster.client.PoolOptions;
import io.muster.client.RemoteTaskException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the options of a pool do to real processes: the arguments of Python's {@code Pool(…)}. */
@ExtendWith(ClusterLogs.class)
class PoolOptionsIT {
  private static final PoolOptions USUAL = PoolOptions.DEFAULT;

  private static MusterCluster cluster;
  private static Muster muster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(2, 2);
    muster = Muster.connect(cluster.api());
  }

  @AfterAll
  static void stop() {
    muster.close();
    cluster.close();
  }

  private static List<Integer> upTo(int until) {
    return IntStream.range(0, until).boxed().toList();
  }

  private static void causes(ThrowingCallable call, RemoteTaskException.Kind kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RemoteTaskException.class, why -> assertThat(why.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  @Test
  void theInitializerRunsOnceInEachProcessBeforeItsFirstTask() throws Exception {
    String key = "PoolOptionsIT.started";
    PoolOptions options = USUAL.initializer(() -> System.setProperty(key, System.nanoTime() + ""));
    try (Pool pool = muster.pool(options)) {
      List<String> seen =
          pool.map(n -> ProcessHandle.current().pid() + " " + System.getProperty(key), upTo(500));
      List<String> distinct = seen.stream().distinct().toList();
      assertThat(distinct).noneMatch(each -> each.endsWith("null"));
      assertThat(distinct.stream().map(each -> each.split(" ")[0]).distinct())
          .hasSameSizeAs(distinct);
    }
  }

  @Test
  void anInitializerThatThrowsFailsEveryCall() throws Exception {
    PoolOptions options =
        USUAL.initializer(
            () -> {
              throw new IllegalStateException("no model");
            });
    try (Pool pool = muster.pool(options)) {
      assertThatThrownBy(() -> pool.apply(() -> 1))
          .hasStackTraceContaining("set-up of a process failed")
          .hasStackTraceContaining("no model");
    }
  }

  @Test
  void aProcessRunsNoMoreTasksThanItMay() throws Exception {
    try (Pool pool = muster.pool(USUAL.maxTasksPerProcess(7))) {
      List<Long> processes = pool.map(n -> ProcessHandle.current().pid(), upTo(100));
      assertThat(processes.stream().collect(Collectors.groupingBy(p -> p, Collectors.counting())))
          .allSatisfy((process, tasks) -> assertThat(tasks).isBetween(1L, 7L));
    }
  }

  @Test
  void noMoreTasksRunAtOnceThanThereAreToBeProcesses() throws Exception {
    try (Pool pool = muster.pool(1)) {
      List<List<Long>> times =
          new ArrayList<>(
              pool.map(
                  n -> {
                    long start = System.nanoTime(); // the machine's, in all processes
                    Thread.sleep(2);
                    return List.of(start, System.nanoTime());
                  },
                  upTo(50)));
      times.sort(Comparator.comparing(time -> time.get(0)));
      for (int k = 1; k < times.size(); k++) {
        assertThat(times.get(k).get(0)).isGreaterThanOrEqualTo(times.get(k - 1).get(1));
      }
    }
  }

  @Test
  void aTaskThatRunsTooLongFailsAlone() throws Exception {
    try (Pool pool = muster.pool(USUAL.timeout(Duration.ofSeconds(5)))) {
      var late =
          pool.applyAsync(
              () -> {
                while (true) {
                  Thread.onSpinWait();
                }
              });
      assertThat(pool.map(n -> n + 1, upTo(100))).hasSize(100);
      causes(late::get, RemoteTaskException.Kind.TIMEOUT, "time-out of 5.0 s");
    }
  }

  @Test
  void aTaskThatKillsItsProcessHasASecondTryUnlessItIsToHaveNone() throws Exception {
    for (int limit = 1; limit <= 2; limit++) {
      PoolOptions options = limit == 2 ? USUAL : USUAL.crashLimit(limit);
      try (Pool pool = muster.pool(options)) {
        int tries = limit;
        assertThatThrownBy(
                () ->
                    pool.apply(
                        () -> {
                          Runtime.getRuntime().halt(9);
                        }))
            .cause()
            .isInstanceOfSatisfying(
                RemoteTaskException.class,
                why -> {
                  assertThat(why.tryNumber()).isEqualTo(tries);
                  assertThat(why.exitCode()).hasValue(9);
                });
        assertThat(pool.apply(() -> 1)).isEqualTo(1);
      }
    }
  }

  @Test
  void aTaskHasTheMemoryThatIsAskedFor() throws Exception {
    try (Pool pool = muster.pool(USUAL.memory(64L << 20))) {
      assertThat(pool.apply(() -> Runtime.getRuntime().maxMemory())).isLessThan(80L << 20);
      causes(
          () -> pool.apply(() -> new byte[100 << 20].length),
          RemoteTaskException.Kind.MEMORY,
          "OutOfMemoryError");
    }
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> USUAL.maxTasksPerProcess(0)).hasMessageContaining("at least 1, not 0");
    assertThatThrownBy(() -> USUAL.crashLimit(0)).hasMessageContaining("at least 1, not 0");
    assertThatThrownBy(() -> USUAL.retries(-1)).hasMessageContaining("at least 0, not -1");
    assertThatThrownBy(() -> USUAL.timeout(Duration.ZERO)).hasMessageContaining("time limit");
    assertThatThrownBy(() -> muster.pool(0)).hasMessageContaining("at least 1, not 0");
  }
}
