package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.JobFailedException;
import io.muster.client.JobHandle;
import io.muster.client.JobRequest;
import io.muster.client.Muster;
import io.muster.client.TaskValue;
import io.muster.client.model.ClusterException;
import io.muster.client.model.Failure;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.deploy.tasks.Mirrored;
import io.muster.deploy.tasks.Mirrored.Point;
import io.muster.deploy.tasks.PieceOfRange;
import io.muster.deploy.tasks.Square;
import io.muster.deploy.tasks.SumRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Submitted jobs by the Java client as users have it, on real processes. */
@ExtendWith(ClusterLogs.class)
class JobsFromJavaIT {
  private static MusterCluster cluster;

  private Muster muster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    muster = Muster.connect(cluster.api());
  }

  @AfterEach
  void disconnect() {
    muster.close();
  }

  /** A class of the tests' jar alone. */
  private static JobRequest.Builder task(String name) {
    return JobRequest.task(TasksJar.PATH, TasksJar.named(name));
  }

  private JobHandle submit(JobRequest.Builder job) {
    return muster.submit(job.build());
  }

  private static <T> List<T> results(JobHandle job, Class<T> type) {
    try (Stream<T> results = job.results(type)) {
      return results.toList();
    }
  }

  @Test
  void aClassOfThisProgramRunsAndTheCommandLineSeesTheSameJob() throws Exception {
    JobHandle job = submit(JobRequest.task(Square.class).range(0, 1000).name("from java"));
    assertThat(results(job, Long.class))
        .isEqualTo(LongStream.range(0, 1000).mapToObj(i -> i * i).toList());
    JobStatus end = job.await();
    assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.succeeded()).isEqualTo(1000);
    String id = Long.toString(job.id());
    assertThat(cluster.job(id).get("name").asText()).isEqualTo("from java");
    assertThat(cluster.results(id)).hasSize(1000).endsWith("998001");
  }

  @Test
  void objectsCrossInJavaSerialization() {
    List<Point> points = points();
    JobHandle job = submit(JobRequest.task(Mirrored.class).inputs(points));
    assertThat(results(job, Point.class)).isEqualTo(mirrored(points));
    String first = cluster.cli("--output", "json", "results", "" + job.id()).lines().get(0);
    assertThat(first).contains("\"encoding\":\"java\"");
  }

  @Test
  void objectsCrossAsTheirFieldsInJson() {
    List<Point> points = points();
    JobHandle job = submit(task("Mirrored").json(points));
    assertThat(results(job, Point.class)).isEqualTo(mirrored(points));
    assertThat(cluster.results("" + job.id()).get(0)).startsWith("{\"x\":1,\"y\":0,");
  }

  private static List<Point> points() {
    return IntStream.range(0, 50).mapToObj(i -> new Point(i, i + 1, Duration.ofDays(i))).toList();
  }

  private static List<Point> mirrored(List<Point> points) {
    return points.stream().map(each -> new Point(each.y(), each.x(), each.age())).toList();
  }

  @Test
  void aCommandRunsOnEveryLine() {
    JobHandle job =
        submit(JobRequest.command("tr", "a-z", "A-Z").lines(List.of("one", "two")).stdin());
    assertThat(results(job, String.class)).containsExactly("ONE", "TWO");
  }

  @Test
  void aCommandHasItsFilesInAFolderOfItsOwn() throws IOException {
    Path file = Files.writeString(cluster.folder().resolve("shipped.txt"), "hello");
    JobHandle job = submit(JobRequest.command("cat", "shipped.txt").taskFolder().with(file));
    assertThat(results(job, String.class)).containsExactly("hello");
  }

  @Test
  void piecesCombinationsAndReductionsAreAsTheirClassWantsThem() throws Exception {
    JobHandle pieces = submit(JobRequest.task(PieceOfRange.class).range(10, 35).chunk(10));
    assertThat(results(pieces, String.class)).containsExactly("10-20", "20-30", "30-35");
    assertThatThrownBy(() -> pieces.result(String.class)).hasMessageContaining("each task");
    JobHandle sum = submit(JobRequest.task(SumRange.class).range(0, 1_000_000));
    assertThat(sum.result(Long.class)).isEqualTo(499_999_500_000L);
    assertThat(submit(task("Phases").arg("n", "1000")).result(Long.class)).isEqualTo(332_833_500L);
    JobHandle failing = submit(task("Phases").arg("throw", "reduce"));
    assertThatThrownBy(() -> failing.result(Long.class))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("reduce says no");
  }

  @Test
  void tasksThatFailedAreToldAndTheOthersResultsAreThere() throws Exception {
    JobHandle job = submit(task("ThrowsOnOdd").range(0, 10));
    assertThat(job.await().state()).isEqualTo(JobState.FAILED);
    try (Stream<TaskValue<Long>> results = job.taskResults(Long.class)) {
      assertThat(results.map(TaskValue::task)).containsExactly(0L, 2L, 4L, 6L, 8L);
    }
    assertThat(job.failures())
        .hasSize(5)
        .first()
        .satisfies(
            failed -> {
              assertThat(failed.task()).isEqualTo(1);
              assertThat(failed.failure().kind()).isEqualTo(Failure.Kind.EXCEPTION);
              assertThat(failed.failure().headline()).contains("odd: 1");
            });
  }

  @Test
  void resultsComeWhileTheJobRuns() {
    JobHandle job = submit(task("SlowSquare").range(0, 10_000).arg("millis", "20"));
    try (Stream<Long> results = job.results(Long.class)) {
      Iterator<Long> first = results.iterator();
      assertThat(first.next()).isZero();
      assertThat(first.next()).isEqualTo(1);
      assertThat(job.status().state()).isEqualTo(JobState.RUNNING);
    }
    job.cancel();
  }

  @Test
  void progressIsToldToTheEnd() throws Exception {
    JobHandle job = submit(task("SlowSquare").range(0, 20).arg("millis", "10"));
    CompletableFuture<JobStatus> end = new CompletableFuture<>();
    try (JobHandle.Listening listening =
        job.onProgress(
            status -> {
              if (status.state().isEnd()) {
                end.complete(status);
              }
            })) {
      assertThat(end.get(90, TimeUnit.SECONDS).succeeded()).isEqualTo(20);
    }
  }

  @Test
  void aJobOutlivesItsClientAndIsFoundByItsNumber() throws Exception {
    long id;
    try (Muster first = Muster.connect(cluster.api())) {
      id = first.submit(task("SlowSquare").range(0, 100).arg("millis", "10").build()).id();
    }
    JobHandle job = muster.job(id);
    assertThat(job.await().succeeded()).isEqualTo(100);
    job.forget();
    assertThatThrownBy(() -> muster.job(id)).isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void aJobIsWaitedForCancelledAndRunAgain() throws Exception {
    JobHandle job = submit(task("Spins").range(0, 1));
    assertThatThrownBy(() -> job.await(Duration.ofMillis(10))).isInstanceOf(TimeoutException.class);
    job.cancel();
    assertThat(job.await().state()).isEqualTo(JobState.CANCELLED);
    job.retry();
    assertThat(job.status().state().isEnd()).isFalse();
    job.cancel();
    assertThat(job.await().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void whatTasksPrintIsTheLog() throws Exception {
    JobHandle job = submit(task("SaysProcess").range(0, 3).arg("millis", "0"));
    job.await();
    assertThat(job.logs(1)).anySatisfy(piece -> assertThat(piece.text()).contains("1 in "));
    assertThat(job.followLogs()).extracting(piece -> piece.task()).contains(0L, 1L, 2L);
  }

  @Test
  void whoFollowsAJobGoesOnAfterTheCoordinatorWasKilled() throws Exception {
    JobHandle job = submit(task("SlowSquare").range(0, 1000).arg("millis", "3"));
    try (Stream<Long> stream = job.results(Long.class)) {
      Iterator<Long> results = stream.iterator();
      assertThat(results.next()).isZero();
      cluster.killCoordinator();
      cluster.startCoordinator();
      for (long i = 1; i < 1000; i++) {
        assertThat(results.next()).isEqualTo(i * i);
      }
      assertThat(results.hasNext()).isFalse();
    }
    assertThat(job.await().succeeded()).isEqualTo(1000);
  }

  @Test
  void aSubmissionGoesOnAfterTheCoordinatorWasKilledInIt() throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    List<Long> numbers =
        new AbstractList<>() {
          @Override
          public Long get(int index) {
            if (index == 50_000 && killed.compareAndSet(false, true)) {
              cluster.killCoordinator();
              cluster.startCoordinator();
            }
            return (long) index;
          }

          @Override
          public int size() {
            return 100_000;
          }
        };
    long before = jobs();
    JobHandle job = submit(task("Square").json(numbers));
    assertThat(job.await().succeeded()).isEqualTo(100_000);
    assertThat(jobs()).isEqualTo(before + 1);
  }

  private static long jobs() {
    return cluster.cli("jobs", "--output", "json").succeeds().jsonLines().size();
  }
}
