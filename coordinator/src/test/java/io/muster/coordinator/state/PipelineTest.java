package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pipelines: stages are jobs, and what one gives is what the next one takes. */
class PipelineTest {
  private static final JobId WHOLE = new JobId(1);
  private static final JobId FIRST = new JobId(2);
  private static final JobId SECOND = new JobId(3);
  private static final JobId THIRD = new JobId(4);

  private final Bench bench = new Bench();

  private static Program.Pipeline.Stage stage(String name, Program.Shape shape) {
    return stage(name, shape, Bench.chunks(2));
  }

  private static Program.Pipeline.Stage stage(String name, Program.Shape shape, Policy policy) {
    return new Program.Pipeline.Stage(name, Bench.java(shape), policy);
  }

  private static Program pipeline(Program.Pipeline.Stage... stages) {
    return new Program.Pipeline(List.of(stages));
  }

  private JobId submit(long inputs, Program.Pipeline.Stage... stages) {
    return bench.job(pipeline(stages), new Inputs.Range(0, inputs, 1), Policy.DEFAULT);
  }

  private JobId twoStages(long inputs) {
    return submit(inputs, stage("fetch", Program.Shape.TASK), stage("parse", Program.Shape.TASK));
  }

  private String stages() {
    return String.join(
        " ",
        bench.state.job(WHOLE).stages().stream()
            .map(
                stage ->
                    stage.state().toString().toLowerCase(java.util.Locale.ROOT)
                        + ":"
                        + stage.succeeded()
                        + "/"
                        + stage.total())
            .toList());
  }

  /** These tasks gave so many values each. */
  private void gives(WorkerId worker, long number, long from, int... counts) {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    bench.says(
        worker,
        new Outcomes(
            Bench.attempt(number),
            new Interval(from, from + counts.length),
            false,
            new Values(Encoding.JSON, new byte[sum], ones(sum), List.of()),
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            1_000_000,
            counts));
  }

  private static int[] ones(int count) {
    return java.util.stream.IntStream.generate(() -> 1).limit(count).toArray();
  }

  @Test
  void oneRecordMakesThePipelineAndItsStages() {
    assertThat(twoStages(4)).isEqualTo(WHOLE);
    assertThat(bench.effects.records).hasSize(2);
    assertThat(bench.effects.records.get(1)).isInstanceOf(JournalRecord.JobSubmitted.class);
    JobView whole = bench.state.job(WHOLE);
    assertThat(whole.kind()).isEqualTo(JobView.Kind.PIPELINE);
    assertThat(whole.total()).as("of a stage that may get more").isNull();
    assertThat(whole.waiting()).isEqualTo(4);
    assertThat(whole.stages()).extracting(JobView::id).containsExactly(FIRST, SECOND);
    assertThat(whole.stages()).extracting(view -> view.spec().name()).contains("fetch", "parse");
    assertThat(stages()).isEqualTo("waiting:0/4 open:0/null");
    assertThat(bench.tasks(1)).as("the next job").isEqualTo(THIRD);
  }

  @Test
  void whatAStageGivesIsTheNextOnesInputAndRunsFirst() {
    twoStages(4);
    WorkerId worker = bench.worker(1);
    bench.effects.expect("assign w1 1#1 job 2 [0, 2)");
    bench.succeeds(worker, 1, 0, 2);
    bench.effects.expect("pass job 2 [0, 2) as 2 from 0 of job 3", "assign w1 1#2 job 2 [2, 4)");
    bench.succeeds(worker, 2, 2, 4);
    bench.effects.expect(
        "pass job 2 [2, 4) as 2 from 2 of job 3", "over job 2", "assign w1 1#3 job 3 [0, 2)");
    assertThat(stages()).isEqualTo("succeeded:4/4 running:0/4");
    bench.succeeds(worker, 3, 0, 2);
    bench.succeeds(worker, 4, 2, 4);
    assertThat(stages()).isEqualTo("succeeded:4/4 succeeded:4/4");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.SUCCEEDED);
    assertThat(bench.state.inputs(WHOLE)).as("lines").isEqualTo(4);
    assertThat(bench.state.passedOn(WHOLE))
        .isEqualTo(new PassedOn(WHOLE, List.of(WHOLE, SECOND), 4));
    assertThat(bench.state.job(WHOLE).total()).isEqualTo(8);
  }

  @Test
  void ofTwoStagesThatCouldRunTheLaterGetsTheSlot() {
    twoStages(4);
    WorkerId one = bench.worker(1);
    bench.succeeds(one, 1, 0, 2);
    bench.effects.take();
    bench.worker(1);
    bench.effects.expect("assign w2 1#3 job 3 [0, 2)");
  }

  @Test
  void aTaskMayGiveNoneOrMany() {
    submit(
        3,
        stage("fetch", Program.Shape.TASK, Bench.chunks(3).flattening()),
        stage("parse", Program.Shape.TASK, Bench.chunks(9)));
    WorkerId worker = bench.worker(1);
    gives(worker, 1, 0, 2, 0, 3);
    assertThat(stages()).isEqualTo("succeeded:3/3 running:0/5");
    bench.succeeds(worker, 2, 0, 5);
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void whenAllIsFilteredOutThereIsNothingLeftToDo() {
    submit(
        2,
        stage("fetch", Program.Shape.TASK, Bench.chunks(2).flattening()),
        stage("parse", Program.Shape.TASK));
    gives(bench.worker(1), 1, 0, 0, 0);
    assertThat(stages()).isEqualTo("succeeded:2/2 succeeded:0/0");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aFailedTaskFailsItsLineAndNoOther() {
    twoStages(4);
    WorkerId worker = bench.worker(1);
    bench.ends(worker, 1, 0, 2, FailureKind.EXCEPTION, 1);
    bench.succeeds(worker, 2, 2, 4);
    bench.succeeds(worker, 3, 0, 2);
    bench.ends(worker, 4, 2, 3, FailureKind.EXCEPTION, 0);
    assertThat(stages()).isEqualTo("failed:3/4 failed:2/3");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.FAILED);
    assertThat(bench.state.job(WHOLE).failed()).isEqualTo(2);
    assertThat(bench.state.job(WHOLE).succeeded()).isEqualTo(5);
  }

  @Test
  void aRetryRunsOnlyWhatFailedAndNumbersGoOn() {
    aFailedTaskFailsItsLineAndNoOther();
    bench.effects.take();
    bench.state.retried(WHOLE, bench.now(), bench.effects);
    assertThat(stages()).isEqualTo("waiting:3/4 running:2/null");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.RUNNING);
    bench.effects.expect("assign w1 1#5 job 3 [2, 3) tries [2]");
    WorkerId worker = new WorkerId("w1");
    bench.succeeds(worker, 5, 2, 3);
    bench.effects.expect(
        "pass job 3 [2, 3) as 1 from 2 of job 1", "assign w1 1#6 job 2 [1, 2) tries [2]");
    bench.succeeds(worker, 6, 1, 2);
    bench.effects.expect(
        "pass job 2 [1, 2) as 1 from 3 of job 3", "over job 2", "assign w1 1#7 job 3 [3, 4)");
    bench.succeeds(worker, 7, 3, 4);
    assertThat(stages()).isEqualTo("succeeded:4/4 succeeded:4/4");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.SUCCEEDED);
    Invariants.checkReplay(bench.state, bench.effects.records);
  }

  @Test
  void theReduceWaitsForAllAndForFailedLines() {
    submit(2, stage("fetch", Program.Shape.TASK), stage("sum", Program.Shape.JOB));
    WorkerId worker = bench.worker(1);
    bench.ends(worker, 1, 0, 2, FailureKind.EXCEPTION, 0);
    bench.succeeds(worker, 2, 0, 1);
    assertThat(stages()).as("no reduce").isEqualTo("failed:1/2 failed:1/1");
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.FAILED);
    assertThat(bench.state.explain(WHOLE, null, bench.now()).lines())
        .containsExactly(
            "Job 1 has ended: failed.",
            "1 task failed: 'muster failures 1' says why, 'muster retry 1' runs what has not"
                + " succeeded again.",
            "The reduce of stage 'sum' (job 3) did not run: it would lack what tasks failed to"
                + " give.");
    bench.effects.take();
    bench.state.retried(WHOLE, bench.now(), bench.effects);
    bench.succeeds(worker, 3, 0, 1);
    bench.effects.take();
    bench.succeeds(worker, 4, 1, 2);
    bench.effects.expect("keep job 3 [1, 2)", "REDUCE w1 1#5 job 3 skip 0");
    bench.says(worker, new ToCoordinator.StepSucceeded(Bench.attempt(5), JobEnds.NOTHING));
    bench.effects.expect("result job 3 null", "over job 3", "over job 1");
    JobView whole = bench.state.job(WHOLE);
    assertThat(whole.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(whole.hasResult()).isTrue();
    assertThat(whole.resultOf()).isEqualTo(SECOND);
  }

  @Test
  void whatAReduceInTheMiddleGivesIsTheNextOnesInput() {
    submit(
        2,
        stage("fetch", Program.Shape.TASK),
        stage("distinct", Program.Shape.JOB, Bench.chunks(2).flattening()),
        stage("check", Program.Shape.TASK, Bench.chunks(9)));
    WorkerId worker = bench.worker(1);
    bench.succeeds(worker, 1, 0, 2);
    bench.succeeds(worker, 2, 0, 2);
    bench.effects.take();
    Values three = new Values(Encoding.JSON, new byte[3], ones(3), List.of());
    bench.says(worker, new ToCoordinator.StepSucceeded(Bench.attempt(3), three));
    bench.effects.expect("pass 3 reduced to job 4", "over job 3", "assign w1 1#4 job 4 [0, 3)");
    bench.succeeds(worker, 4, 0, 3);
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.SUCCEEDED);
    assertThat(bench.state.passedOn(WHOLE))
        .as("lines are numbered anew behind a reduce")
        .isEqualTo(new PassedOn(WHOLE, List.of(WHOLE), 3));
  }

  @Test
  void aStageIsHeldWhileTheNextOneHasMuchToDo() {
    submit(
        100_000,
        stage("fetch", Program.Shape.TASK, Bench.chunks(1_000).flattening()),
        stage("parse", Program.Shape.TASK, Bench.policy(0, 5, 0, 1_000, 1)));
    WorkerId worker = bench.worker(2);
    int[] twenty = new int[1_000];
    java.util.Arrays.fill(twenty, 20);
    bench.effects.take();
    gives(worker, 1, 0, twenty);
    assertThat(bench.effects.take())
        .containsExactly(
            "pass job 2 [0, 1000) as 20000 from 0 of job 3", "assign w1 1#3 job 3 [0, 1000)");
    gives(worker, 2, 1_000, java.util.Arrays.copyOf(twenty, 24));
    assertThat(bench.effects.take())
        .as("nothing of the first stage begins")
        .containsExactly("pass job 2 [1000, 1024) as 480 from 20000 of job 3");
    assertThat(bench.state.job(FIRST).held()).isTrue();
    assertThat(bench.state.explain(FIRST, null, bench.now()).lines())
        .anyMatch(line -> line.contains("stage 'parse' has 19,480 inputs that it has not begun"));
    long number = 3;
    for (long done = 0; bench.state.job(FIRST).held(); done += 1_000) {
      bench.succeeds(worker, number++, done, done + 1_000);
    }
    assertThat(bench.state.job(SECOND).waiting()).isEqualTo(9_480);
    assertThat(bench.effects.take())
        .as("a chunk that gives no more than may wait")
        .anyMatch(effect -> effect.contains("job 2 [1024, 1524)"));
  }

  @Test
  void largeOutputsHoldAStageByTheirBytes() {
    submit(
        100,
        stage("fetch", Program.Shape.IO, Bench.chunks(10)),
        stage("parse", Program.Shape.TASK, Bench.policy(0, 5, 0, 1, 1)));
    WorkerId worker = bench.ioWorker("i", 10, Map.of());
    assertThat(bench.effects.take()).contains("assign w1 1#1 job 2 [0, 10)");
    List<Values.BlobValue> blobs =
        List.of(new Values.BlobValue(0, SimulatedProgram.blob(65L << 20)));
    bench.says(
        worker,
        new Outcomes(
            Bench.attempt(1),
            new Interval(0, 1),
            false,
            new Values(Encoding.JSON, new byte[0], new int[1], blobs),
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            1));
    bench.effects.take(); // the only one is begun: nothing waits
    assertThat(bench.state.job(FIRST).held()).isFalse();
    bench.says(
        worker,
        new Outcomes(
            Bench.attempt(1),
            new Interval(1, 2),
            false,
            new Values(Encoding.JSON, new byte[0], new int[1], blobs),
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            1));
    assertThat(bench.state.job(FIRST).held()).isTrue();
    assertThat(bench.effects.take()).noneMatch(effect -> effect.startsWith("assign w1 1#2 job 2"));
  }

  @Test
  void aStageThatCantBeLoadedEndsThePipelineWithOneLine() {
    twoStages(4);
    WorkerId worker = bench.worker(1);
    bench.succeeds(worker, 1, 0, 2);
    bench.succeeds(worker, 2, 2, 4);
    bench.says(
        worker,
        new ToCoordinator.AttemptFailed(
            Bench.attempt(3), -1, 0, Failure.of(FailureKind.REJECTED, "no class a.B in x.jar")));
    JobView whole = bench.state.job(WHOLE);
    assertThat(whole.state()).isEqualTo(JobState.FAILED);
    assertThat(whole.error()).isNotNull();
    assertThat(whole.error().failure().message()).isEqualTo("stage 'parse': no class a.B in x.jar");
    assertThat(stages()).isEqualTo("succeeded:4/4 failed:0/4");
  }

  @Test
  void aPipelineIsCancelledForgottenAndRetriedAsAWhole() {
    twoStages(4);
    WorkerId worker = bench.worker(1);
    bench.succeeds(worker, 1, 0, 2);
    String whole = "job 3 is stage 'parse' of pipeline 1: ";
    assertThatThrownBy(() -> bench.state.cancelled(SECOND, bench.now(), bench.effects))
        .hasMessage(whole + "cancel job 1");
    assertThatThrownBy(() -> bench.state.retried(SECOND, bench.now(), bench.effects))
        .hasMessage(whole + "retry job 1");
    assertThatThrownBy(() -> bench.state.forgotten(SECOND, bench.now(), bench.effects))
        .hasMessage(whole + "forget job 1");
    assertThatThrownBy(() -> bench.state.appending(SECOND, null, 0, 1))
        .hasMessage(whole + "its inputs come from the stage before");
    bench.effects.take();
    bench.state.cancelled(WHOLE, bench.now(), bench.effects);
    bench.effects.expect("revoke w1 1#2", "over job 2", "over job 3", "over job 1");
    assertThat(stages()).isEqualTo("cancelled:2/4 cancelled:0/2");
    bench.state.retried(WHOLE, bench.now(), bench.effects);
    assertThat(stages()).isEqualTo("waiting:2/4 running:0/null");
    bench.state.cancelled(WHOLE, bench.now(), bench.effects);
    bench.effects.take();
    bench.state.forgotten(WHOLE, bench.now(), bench.effects);
    bench.effects.expect("forget job 1", "forget job 2", "forget job 3");
    assertThat(bench.state.jobs()).isEmpty();
  }

  @Test
  void tooManyFailuresOfAllStagesTogetherEndIt() {
    bench.job(
        pipeline(stage("fetch", Program.Shape.TASK), stage("parse", Program.Shape.TASK)),
        new Inputs.Range(0, 100, 1),
        Bench.policy(0, 5, 2, 0, 0));
    WorkerId one = bench.worker(1);
    bench.ends(one, 1, 0, 2, FailureKind.EXCEPTION, 0);
    WorkerId other = bench.worker(1);
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.RUNNING);
    bench.ends(other, 4, 0, 1, FailureKind.EXCEPTION, 0);
    assertThat(bench.stateOf(WHOLE)).isEqualTo(JobState.FAILED);
    assertThat(stages()).isEqualTo("failed:1/100 failed:0/1");
  }

  @Test
  void anotherCoordinatorGoesOnWithTheSameNumbers() {
    twoStages(6);
    WorkerId worker = bench.worker(1);
    bench.ends(worker, 1, 0, 2, FailureKind.EXCEPTION, 0);
    ClusterSnapshot snapshot = bench.state.snapshot();
    ClusterState restored = ClusterState.restored(snapshot);
    assertThat(restored.snapshot()).isEqualTo(snapshot);
    assertThat(restored.job(WHOLE)).isEqualTo(bench.state.job(WHOLE));
    bench.restarts();
    assertThat(bench.state.inputs(SECOND)).isEqualTo(1);
    assertThat(bench.state.job(WHOLE).stages()).hasSize(2);
  }

  static Stream<Arguments> whatMakesNoSense() {
    Program.Pipeline.Stage good = stage("good", Program.Shape.TASK);
    Inputs range = new Inputs.Range(0, 4, 1);
    Policy flat = Policy.DEFAULT.flattening();
    return Stream.of(
        Arguments.of(pipeline(), range, "a pipeline has 1 to 100 stages, not 0"),
        Arguments.of(pipeline(good, good), range, "two stages are called 'good'"),
        Arguments.of(
            pipeline(good, stage(" ", Program.Shape.TASK)),
            range,
            "stage 2 of the pipeline has no name"),
        Arguments.of(
            pipeline(good),
            new Inputs.Open(),
            "a pipeline's inputs are all there when it is submitted"),
        Arguments.of(
            pipeline(stage("p", Program.Shape.COMBINING_RANGE)),
            range,
            "stage 'p': a range task that combines has one result and gives the next stage nothing;"
                + " use a Task, a RangeTask without Combine, or a Job, which reduces"),
        Arguments.of(
            pipeline(good, stage("p", Program.Shape.PIECES)),
            range,
            "stage 'p': a range task is the first stage, over a range"),
        Arguments.of(pipeline(good), new Inputs.Split(), "stage 'good': only a Job splits itself"),
        Arguments.of(
            pipeline(
                good, new Program.Pipeline.Stage("s", new Program.Io("sleep", Map.of()), flat)),
            range,
            "stage 's': sleep gives one output a task: there is none to flatten"),
        Arguments.of(
            pipeline(good, stage("sum", Program.Shape.JOB, flat)),
            range,
            "stage 'sum': the last stage's reduce has one result: none to flatten"),
        Arguments.of(
            pipeline(good, new Program.Pipeline.Stage("in", pipeline(good), Policy.DEFAULT)),
            range,
            "stage 'in': a stage is a class, a command or a built-in I/O task"),
        Arguments.of(
            pipeline(good, stage("bad", Program.Shape.TASK, Bench.policy(-1, 5, 0, 0, 0))),
            range,
            "stage 'bad': retries, max-failures and limit are not below 0"));
  }

  @ParameterizedTest
  @MethodSource("whatMakesNoSense")
  void whatMakesNoSenseIsRefusedWithOneLine(Program program, Inputs inputs, String line) {
    assertThatThrownBy(() -> bench.job(program, inputs, Policy.DEFAULT))
        .isInstanceOf(Refusal.BadValue.class)
        .hasMessage(line);
    assertThat(bench.state.jobs()).isEmpty();
  }

  @Test
  void onlyStagesFlatten() {
    assertThatThrownBy(() -> bench.tasks(1, Policy.DEFAULT.flattening()))
        .hasMessage("only a stage of a pipeline flattens what its tasks give");
  }
}
