package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.client.LocalFile;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TaskFailure;
import io.muster.client.wire.CoordinatorApi;
import io.muster.shaded.protocol.BlobRef;
import io.muster.shaded.protocol.Inputs;
import io.muster.shaded.protocol.JobId;
import io.muster.shaded.protocol.JobSpec;
import io.muster.shaded.protocol.Policy;
import io.muster.shaded.protocol.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pipelines on real processes: what waits, what computes, what adds up. */
@ExtendWith(ClusterLogs.class)
class PipelineIT {
  private static final Policy ONE_EACH = Policy.DEFAULT;
  private static final Policy FLATTENS = Policy.DEFAULT.flattening();

  private static MusterCluster cluster;
  private static CoordinatorApi api;
  private static List<BlobRef> jars;

  @BeforeAll
  static void start() throws IOException {
    cluster = MusterCluster.started(2, 1);
    api = new CoordinatorApi(List.of(cluster.api()));
    LocalFile jar = LocalFile.of(TasksJar.PATH);
    LocalFile.upload(api, List.of(jar));
    jars = List.of(jar.blob());
  }

  @AfterAll
  static void stop() {
    api.close();
    cluster.close();
  }

  private Program.Pipeline.Stage task(
      String name, String task, Program.Shape shape, Policy policy, Map<String, String> args) {
    return new Program.Pipeline.Stage(
        name, new Program.Java(jars, TasksJar.named(task), shape, args), policy);
  }

  private static Program.Pipeline.Stage sh(String name, String script, Policy policy) {
    return new Program.Pipeline.Stage(
        name, new Program.Command(List.of("sh", "-c", script), false, "", List.of()), policy);
  }

  private String submit(long inputs, Program.Pipeline.Stage... stages) {
    JobSpec spec =
        new JobSpec(
            UUID.randomUUID().toString(),
            "pipeline",
            "user",
            new Program.Pipeline(List.of(stages)),
            new Inputs.Range(0, inputs, 1),
            Policy.DEFAULT);
    return Long.toString(api.submit(spec, Collections.emptyIterator()).value());
  }

  private JobStatus status(String id) {
    return api.job(new JobId(Long.parseLong(id)));
  }

  private JobStatus awaitEnd(String id) {
    Until.holds(() -> status(id).toString(), () -> status(id).state().isEnd());
    return status(id);
  }

  /** Each line as {@code NUMBER:VALUE}. */
  private List<String> lines(String id) {
    List<String> lines = new ArrayList<>();
    for (JsonNode line : cluster.cli("results", id, "--output", "json").jsonLines()) {
      lines.add(line.get("task").asLong() + ":" + line.get("result").asText());
    }
    return lines;
  }

  private List<TaskFailure> failures(String id) {
    List<TaskFailure> failures = new ArrayList<>();
    try (AnswerStream<TaskFailure> stream = api.failures(new JobId(Long.parseLong(id)))) {
      stream.forEachRemaining(failures::add);
    }
    return failures;
  }

  private Program.Pipeline.Stage waits() {
    return task("fetch", "IoSleeps", Program.Shape.IO, ONE_EACH, Map.of("millis", "20"));
  }

  private Program.Pipeline.Stage twins() {
    return task("parse", "Twins", Program.Shape.TASK, FLATTENS, Map.of());
  }

  @Test
  void everyLineIsThereOnceAndInOrderThoughTheCoordinatorIsKilledTwice() {
    int inputs = 60_000;
    String id =
        submit(
            inputs,
            waits(),
            twins(),
            task("square", "Square", Program.Shape.TASK, ONE_EACH, Map.of()));
    for (long done : new long[] {inputs / 10, inputs / 2}) {
      Until.holds(
          () -> status(id).toString(),
          () -> status(id).stages().get(2).succeeded() >= done || status(id).state().isEnd());
      assertThat(status(id).state()).as("killed in the middle").isEqualTo(JobState.RUNNING);
      cluster.killCoordinator();
      cluster.startCoordinator();
    }
    JobStatus end = awaitEnd(id);
    assertThat(end.state()).as(end.toString()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.stages())
        .extracting(JobStatus.Stage::succeeded)
        .containsExactly(inputs * 1L, inputs * 1L, inputs * 8L / 5);
    assertThat(lines(id))
        .isEqualTo(
            LongStream.range(0, inputs)
                .filter(n -> n % 5 != 0)
                .boxed()
                .flatMap(n -> List.of(n + ":" + n * n, n + ":" + n * n).stream())
                .toList());
  }

  @Test
  void aReduceAddsUpWhatTheStagesBeforeItGave() {
    String id =
        submit(
            1_000, waits(), twins(), task("sum", "Total", Program.Shape.JOB, ONE_EACH, Map.of()));
    assertThat(awaitEnd(id).state()).isEqualTo(JobState.SUCCEEDED);
    long sum = LongStream.range(0, 1_000).filter(n -> n % 5 != 0).map(n -> 2 * n * n).sum();
    assertThat(cluster.results(id)).containsExactly(Long.toString(sum));
    assertThat(cluster.job(id).get("result").asLong()).isEqualTo(sum);
    assertThat(cluster.job(id).get("kind").asText()).isEqualTo("pipeline");
    List<Long> shown = new ArrayList<>();
    cluster
        .cli("jobs", "--output", "json")
        .jsonLines()
        .forEach(j -> shown.add(j.get("id").asLong()));
    assertThat(shown).contains(Long.parseLong(id));
    assertThat(shown)
        .as("stages are shown with their pipeline")
        .doesNotContainAnyElementsOf(
            status(id).stages().stream().map(JobStatus.Stage::id).toList());
  }

  @Test
  void linesOfCommandsGoFromOneToTheNext() {
    String id =
        submit(
            4,
            sh("count", "seq 1 {}", FLATTENS),
            sh("say", "echo {} is {#}; echo more", ONE_EACH),
            sh("shout", "printf %s \"$MUSTER_INPUT\" | tr a-z A-Z", FLATTENS));
    assertThat(awaitEnd(id).state()).isEqualTo(JobState.SUCCEEDED);
    List<String> lines = lines(id);
    assertThat(lines).hasSize(12);
    assertThat(lines.stream().map(line -> line.replaceAll("IS .*", "IS")).toList())
        .containsExactly(
            "1:1 IS", "1:MORE", "2:1 IS", "2:MORE", "2:2 IS", "2:MORE", "3:1 IS", "3:MORE",
            "3:2 IS", "3:MORE", "3:3 IS", "3:MORE");
  }

  @Test
  void aFailedTaskFailsItsLineAndARetryGoesOnThere() throws IOException {
    Path file = cluster.folder().resolve("there");
    String id =
        submit(
            100,
            waits(),
            twins(),
            task(
                "check",
                "NeedsAFile",
                Program.Shape.TASK,
                ONE_EACH,
                Map.of("file", file.toString())),
            task("sum", "Total", Program.Shape.JOB, ONE_EACH, Map.of()));
    JobStatus end = awaitEnd(id);
    assertThat(end.state()).isEqualTo(JobState.FAILED);
    assertThat(failures(id)).hasSize(24);
    assertThat(failures(id))
        .allSatisfy(
            failure -> {
              assertThat(failure.stage().name()).isEqualTo("check");
              assertThat(failure.stage().job()).isEqualTo(end.stages().get(2).id());
              assertThat(failure.failure().message()).matches("no file for -?" + failure.task());
            });
    Files.createFile(file);
    cluster.cli("retry", id).succeeds();
    assertThat(awaitEnd(id).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status(id).stages())
        .extracting(JobStatus.Stage::succeeded)
        .as("nothing ran twice")
        .containsExactly(100L, 100L, 160L, 160L);
    long sum = LongStream.range(0, 100).filter(n -> n % 5 != 0).map(n -> 2 * n * n).sum();
    assertThat(cluster.results(id)).containsExactly(Long.toString(sum));
  }

  @Test
  void aStageWhoseClassIsMissingEndsThePipelineWithOneLine() {
    String id =
        submit(
            1_000, waits(), task("parse", "NoSuchClass", Program.Shape.TASK, ONE_EACH, Map.of()));
    JobStatus end = awaitEnd(id);
    assertThat(end.state()).isEqualTo(JobState.FAILED);
    assertThat(end.error()).isNotNull();
    assertThat(end.error().phase()).isEqualTo("load");
    assertThat(end.error().failure().message())
        .startsWith("stage 'parse': ")
        .contains("NoSuchClass")
        .doesNotContain("\n");
    assertThat(end.running()).isZero();
  }

  @Test
  void aPipelineIsCancelledAsAWhole() {
    String id =
        submit(
            1_000_000,
            waits(),
            task("slow", "SlowSquare", Program.Shape.TASK, ONE_EACH, Map.of("millis", "200")));
    Until.holds(() -> status(id).toString(), () -> status(id).stages().get(1).succeeded() > 0);
    String stage = Long.toString(status(id).stages().get(1).id());
    CliRun refused = cluster.cli("cancel", stage);
    assertThat(refused.exitCode()).isEqualTo(5);
    assertThat(refused.err()).contains("is stage 'slow' of pipeline " + id + ": cancel job " + id);
    cluster.cli("cancel", id).succeeds();
    JobStatus end = awaitEnd(id);
    assertThat(end.state()).isEqualTo(JobState.CANCELLED);
    assertThat(end.stages()).extracting(JobStatus.Stage::state).containsOnly(JobState.CANCELLED);
    cluster.cli("forget", id).succeeds();
    assertThat(cluster.cli("job", stage).exitCode()).isEqualTo(4);
  }
}
