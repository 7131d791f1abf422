package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.Shape;
import io.muster.protocol.wire.v1.StageView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pipeline from Java says to the coordinator, and what is refused before it does. */
class PipelinesFromJavaTest {
  private static final BlobRef CODE = new BlobRef(new BlobId("ab".repeat(32)), 1, "classes.jar");

  private final ScriptedApi cluster = new ScriptedApi();
  private final CoordinatorApi api = cluster.client();
  private final Jobs jobs =
      new Jobs(api, unused -> List.of(CODE), PipelinesFromJavaTest.class.getClassLoader(), null);

  @AfterEach
  void close() {
    jobs.close();
    api.close();
    cluster.close();
  }

  private static JobRequest.Builder task() {
    return JobRequest.task(Tasks.Square.class);
  }

  private JobSpec submitted(Pipeline.Builder pipeline) {
    assertThat(jobs.submit(pipeline.build()).id()).isEqualTo(7);
    return cluster.specs.get(cluster.specs.size() - 1);
  }

  private List<String> inputs() {
    return cluster.inputs.get(0).stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void everyKindOfStageTravelsInOneSubmission() {
    JobSpec spec =
        submitted(
            Pipeline.lines(List.of("a", "b"))
                .stage("fetch", JobRequest.io("http-get").limitPerKey(10).retries(2))
                .stage("words", JobRequest.command("tr", "a", "b").stdin())
                .flatten()
                .stage("square", task().timeout(Duration.ofSeconds(30)))
                .stage("count", JobRequest.task(Tasks.Splitting.class))
                .maxFailures(9)
                .priority(3));
    assertThat(spec.getName()).isEqualTo("fetch → words → square → count");
    assertThat(spec.getPolicy().getMaxFailures()).isEqualTo(9);
    assertThat(spec.getPolicy().getPriority()).isEqualTo(3);
    assertThat(spec.hasListed()).isTrue();
    assertThat(inputs()).containsExactly("\"a\"", "\"b\"");
    List<JobSpec> stages = spec.getPipeline().getStagesList();
    assertThat(stages)
        .extracting(JobSpec::getName)
        .containsExactly("fetch", "words", "square", "count");
    assertThat(stages)
        .extracting(stage -> stage.getPolicy().getFlatten())
        .containsExactly(false, true, false, false);
    assertThat(stages).extracting(stage -> stage.getPolicy().getPriority()).containsOnly(3);
    assertThat(stages.get(0).getPolicy().getRetries()).isEqualTo(2);
    assertThat(stages.get(0).getPolicy().getLimitPerKey()).isEqualTo(10);
    assertThat(stages.get(1).getCommand().getStdin()).isTrue();
    assertThat(stages.get(2).getPolicy().getTimeoutNanos()).isEqualTo(30_000_000_000L);
    assertThat(stages.get(2).getJava().getJars(0).getName()).isEqualTo("classes.jar");
    assertThat(stages.get(3).getJava().getShape()).isEqualTo(Shape.SHAPE_JOB);
  }

  @Test
  void inputsAreOfTheFormThatTheFirstStageReads() {
    submitted(Pipeline.lines(List.of("a")).stage("cat", JobRequest.command("cat")));
    submitted(Pipeline.json(Stream.of(1, 2)).stage("square", task()));
    submitted(Pipeline.inputs(List.of(1L)).stage("square", task()));
    assertThat(cluster.encodings).containsExactly(Encoding.BYTES, Encoding.JSON, Encoding.JAVA);
    JobSpec range = submitted(Pipeline.range(2, 5).stage("square", task()).name("squares"));
    assertThat(range.getRange().getFrom()).isEqualTo(2);
    assertThat(range.getRange().getUntil()).isEqualTo(5);
    assertThat(range.getName()).isEqualTo("squares");
    assertThat(submitted(Pipeline.stage("one", task()).flatten().stage("two", task())).hasNone())
        .isTrue();
  }

  @Test
  void itIsSentAgainUnderTheSameRequestIdWhenTheConnectionBreaks() {
    cluster.breaks = 1;
    submitted(Pipeline.range(0, 3).stage("square", task()));
    assertThat(cluster.specs)
        .hasSize(2)
        .extracting(JobSpec::getRequestId)
        .containsOnly(cluster.specs.get(0).getRequestId());
  }

  @Test
  void aStageIsAJobOfItsOwn() {
    cluster.stages.add(
        StageView.newBuilder()
            .setJob(8)
            .setName("parse")
            .setKind("compute")
            .setState(JobState.JOB_STATE_RUNNING)
            .setSucceeded(2)
            .setHeld(true)
            .build());
    JobHandle job = jobs.job(7);
    assertThat(job.status().stages())
        .singleElement()
        .satisfies(
            stage -> {
              assertThat(stage.name()).isEqualTo("parse");
              assertThat(stage.done()).isEqualTo(2);
              assertThat(stage.total()).isNull();
              assertThat(stage.held()).isTrue();
            });
    assertThat(job.stage("parse").id()).isEqualTo(8);
    assertThatThrownBy(() -> job.stage("prase"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("job 7 has no stage 'prase'");
  }

  private static Arguments refused(String words, Supplier<Pipeline.Builder> pipeline) {
    return arguments(words, pipeline);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        refused("the range 5..1 is upside down", () -> Pipeline.range(5, 1)),
        refused("a pipeline has a stage at least", () -> Pipeline.range(0, 1)),
        refused("a stage has a name", () -> Pipeline.range(0, 1).stage(" ", task())),
        refused(
            "two stages are called 'a'",
            () -> Pipeline.range(0, 1).stage("a", task()).stage("a", task())),
        refused("flatten() is about the stage before", () -> Pipeline.range(0, 1).flatten()),
        refused("maxFailures: not negative", () -> Pipeline.range(0, 1).maxFailures(-1)),
        refused(
            "stage 'a': a stage gets its inputs from the one before",
            () -> Pipeline.range(0, 1).stage("a", task().range(0, 1))),
        refused(
            "stage 'a': a stage has its name from",
            () -> Pipeline.range(0, 1).stage("a", task().name("b"))),
        refused(
            "stage 'a': priority is about the whole",
            () -> Pipeline.range(0, 1).stage("a", task().priority(2))),
        refused(
            "stage 'a': arg is for task classes",
            () -> Pipeline.range(0, 1).stage("a", JobRequest.command("a").arg("k", "v"))),
        refused(
            "stage 'b' can't read Java objects",
            () ->
                Pipeline.inputs(List.of(1)).stage("a", task()).stage("b", JobRequest.io("sleep"))),
        refused(
            "stdin needs inputs", () -> Pipeline.stage("a", JobRequest.command("cat").stdin())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whatCanNotBeMeantIsRefusedInOneLine(String words, Supplier<Pipeline.Builder> pipeline) {
    assertThatThrownBy(() -> pipeline.get().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aClassThatCanNotTakePartIsRefusedWithItsStage() {
    refused(
        Pipeline.range(0, 9).stage("sum", JobRequest.task(Tasks.Sum.class)),
        "stage 'sum': class io.muster.client.Tasks$Sum is a range task that combines");
    refused(
        Pipeline.range(0, 9).stage("a", task()).stage("b", JobRequest.task(Tasks.Piece.class)),
        "stage 'b': class io.muster.client.Tasks$Piece is a range task, and inputs come one by one");
    refused(
        Pipeline.range(0, 9).stage("count", JobRequest.task(Tasks.Splitting.class)).flatten(),
        "stage 'count': the last stage's reduce gives the one result");
    refused(
        Pipeline.range(0, 9).stage("none", JobRequest.task(PipelinesFromJavaTest.class)),
        "stage 'none': class");
    assertThat(cluster.specs).isEmpty();
  }

  private void refused(Pipeline.Builder pipeline, String words) {
    assertThatThrownBy(() -> jobs.submit(pipeline.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void theFirstStageMayTakeARangeOrSplitItself() {
    JobSpec pieces =
        submitted(
            Pipeline.range(0, 100).stage("sum", JobRequest.task(Tasks.Piece.class).chunk(10)));
    assertThat(pieces.getRange().getPiece()).isEqualTo(10);
    assertThat(pieces.getPipeline().getStages(0).getPolicy().getChunk()).isZero();
    Class<?> splitting = Tasks.Splitting.class;
    assertThat(submitted(Pipeline.stage("a", JobRequest.task(splitting))).hasSplit()).isTrue();
    assertThat(submitted(Pipeline.range(0, 2).stage("a", JobRequest.task(splitting))).hasRange())
        .isTrue();
  }
}
