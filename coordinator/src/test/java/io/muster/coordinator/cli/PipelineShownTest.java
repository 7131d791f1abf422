package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.muster.client.model.JobStatus;
import io.muster.coordinator.cli.Shell.Run;
import io.muster.protocol.wire.v1.Failure;
import io.muster.protocol.wire.v1.FailureKind;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.StageView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How pipelines look: in lists, on a terminal, in a pipe, and as JSON. */
class PipelineShownTest {
  @TempDir Path folder;

  private final ScriptedCluster cluster = new ScriptedCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Run run(String... arguments) {
    return new Shell(folder).fed("", Map.of("MUSTER_API", cluster.address()), arguments);
  }

  private static StageView.Builder stage(int job, String name, JobState state) {
    return StageView.newBuilder().setJob(job).setName(name).setKind("compute").setState(state);
  }

  private static JobView.Builder running() {
    return JobView.newBuilder()
        .setJob(7)
        .setName("links")
        .setKind("pipeline")
        .setState(JobState.JOB_STATE_RUNNING)
        .setUser("ann")
        .setSubmitted(0)
        .setStarted(1000)
        .addStages(
            stage(8, "fetch", JobState.JOB_STATE_RUNNING)
                .setTotal(5000)
                .setWaiting(3000)
                .setSucceeded(1990)
                .setFailed(10)
                .setHeld(true))
        .addStages(
            stage(9, "parse", JobState.JOB_STATE_RUNNING)
                .setWaiting(990)
                .setRunning(2)
                .setSucceeded(998))
        .addStages(stage(10, "distinct", JobState.JOB_STATE_WAITING));
  }

  private static JobView.Builder failed() {
    return JobView.newBuilder()
        .setJob(7)
        .setName("links")
        .setKind("pipeline")
        .setState(JobState.JOB_STATE_FAILED)
        .setTotal(30)
        .setSucceeded(27)
        .setFailed(3)
        .setSubmitted(0)
        .setStarted(1000)
        .setFinished(2500)
        .addStages(
            stage(8, "fetch", JobState.JOB_STATE_FAILED).setTotal(20).setSucceeded(18).setFailed(2))
        .addStages(
            stage(9, "parse", JobState.JOB_STATE_FAILED).setTotal(10).setSucceeded(9).setFailed(1));
  }

  @Test
  void aJobHasATableOfItsStages() {
    cluster.job = running().build();
    assertThat(run("job", "7").exits(0).out())
        .startsWith("job         7 links\nkind        pipeline\n")
        .endsWith(
            """

            STAGE     STATE          DONE         WAITING  RUNNING  FAILED  CANCELLED  KIND     JOB
            fetch     running, held  2,000/5,000  3,000    0        10      0          compute  8
            parse     running        998/1,990+   990      2        0       0          compute  9
            distinct  waiting        0/?          0        0        0       0          compute  10
            """);
  }

  @Test
  void stagesAreObjectsOfTheJob() {
    cluster.job = failed().build();
    assertThat(run("job", "7", "--output", "json").exits(0).out())
        .contains(
            "\"stages\":[{\"id\":8,\"name\":\"fetch\",\"kind\":\"compute\",\"state\":\"failed\","
                + "\"tasks\":{\"total\":20,\"waiting\":0,\"running\":0,\"succeeded\":18,"
                + "\"failed\":2,\"cancelled\":0},\"error\":null,\"held\":false},{\"id\":9,");
    cluster.job = JobView.newBuilder(failed().clearStages().build()).setParent(6).build();
    assertThat(run("job", "7", "--output", "json").out())
        .contains("\"pipeline\":6")
        .doesNotContain("stages");
    assertThat(run("job", "7").out()).contains("stage of    job 6\n");
  }

  @Test
  void whatFailedBesideTheTasksIsToldWithItsStage() {
    JobError error =
        JobError.newBuilder()
            .setPhase("reduce")
            .setFailure(
                Failure.newBuilder()
                    .setKind(FailureKind.FAILURE_KIND_EXCEPTION)
                    .setType("a.B")
                    .setMessage("no")
                    .setStackTrace("a.B: no\n\tat c.D"))
            .build();
    JobView.Builder job = failed();
    job.getStagesBuilder(1).setError(error);
    cluster.job = job.build();
    assertThat(run("job", "7").out())
        .contains("error in parse: reduce: a.B: no\na.B: no\n\tat c.D");
    cluster.watched.add(job.build());
    assertThat(run("wait", "7").exits(1).err())
        .isEqualTo("job 7 failed in 1.5s: parse: reduce: a.B: no\n");
  }

  @Test
  void waitingSaysHowFarEachStageIs() {
    cluster.watched.add(running().build());
    cluster.watched.add(failed().build());
    assertThat(run("wait", "7").exits(1).err().lines())
        .containsExactly(
            "job 7 running: fetch 2,000/5,000 (10 failed) (held), parse 998/1,990+, distinct 0/?",
            "job 7 failed in 1.5s: 27 succeeded, 3 failed (fetch 2, parse 1), 0 cancelled;"
                + " 'muster failures 7' tells why");
    cluster.watched.set(1, failed().setState(JobState.JOB_STATE_SUCCEEDED).build());
    assertThat(run("wait", "7").exits(0).err())
        .endsWith("job 7 succeeded in 1.5s: 2 stages, 27 tasks\n");
  }

  @Test
  void failuresTellStageAndLine() {
    cluster.failures.add(
        FailureView.newBuilder()
            .setTask(12)
            .setTry(1)
            .setWorker("w1")
            .setStage("parse")
            .setStageJob(9)
            .setStageTask(37)
            .setFailure(
                Failure.newBuilder().setKind(FailureKind.FAILURE_KIND_EXCEPTION).setMessage("no"))
            .build());
    run("failures", "7").exits(0).prints("task 12 stage parse (9/37) try 1 on w1: exception: no\n");
    assertThat(run("failures", "7", "--output", "json").out())
        .startsWith("{\"task\":12,\"try\":1,")
        .endsWith(",\"stage\":\"parse\",\"stageJob\":9,\"stageTask\":37}\n");
  }

  @Test
  void logsAreToldStageByStage() {
    cluster.job = failed().build();
    cluster.logs.add(
        LogPiece.newBuilder()
            .setTask(1)
            .setTry(1)
            .setBytes(ByteString.copyFromUtf8("hi\n"))
            .build());
    run("logs", "7").exits(0).prints("hi\nhi\n");
    run("logs", "7", "--stage", "parse", "--task", "1", "--output", "json")
        .exits(0)
        .prints(
            "{\"task\":1,\"try\":1,\"stream\":\"stdout\",\"text\":\"hi\\n\",\"stage\":\"parse\"}\n");
    run("logs", "7", "--stage", "prase").refuses(4, "no stage 'prase'; there are fetch, parse");
    run("logs", "7", "--task", "1").refuses(2, "--task of a pipeline goes with --stage");
    cluster.job = JobView.newBuilder(failed().clearStages().build()).build();
    run("logs", "7", "--stage", "parse").refuses(2, "job 7 is no pipeline");
  }

  private static JobStatus.Stage stage(long id, String name, Long total, long done, long running) {
    return new JobStatus.Stage(
        id,
        name,
        "io",
        io.muster.client.model.JobState.RUNNING,
        total,
        100 - done - running,
        running,
        done,
        0,
        0,
        null,
        false);
  }

  private static JobStatus pipeline(String name, List<JobStatus.Stage> stages) {
    return new JobStatus(
        7,
        name,
        "pipeline",
        io.muster.client.model.JobState.RUNNING,
        null,
        0,
        1,
        0,
        0,
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        null,
        null,
        "",
        false,
        stages,
        null);
  }

  @Test
  void aTerminalHasALineForEachStage() {
    Progress progress = new Progress();
    progress.at(
        pipeline("links", List.of(stage(8, "fetch", 100L, 0, 1), stage(9, "p", null, 0, 0))), 0);
    JobStatus now =
        pipeline("links", List.of(stage(8, "fetch", 100L, 50, 1), stage(9, "p", null, 25, 1)));
    progress.at(now, 1_000_000_000L);
    assertThat(progress.lines(now, 80))
        .containsExactly(
            "job 7 running: links",
            "  fetch [####################--------------------]  50% 50/100  50/s  ETA 1.0s",
            "  p     [##########------------------------------]  25% 25/100+  25/s");
    assertThat(progress.lines(now, 30)).allSatisfy(line -> assertThat(line).hasSizeLessThan(30));
  }

  @Test
  void ofManyStagesATerminalShowsThoseThatAreNotOver() {
    List<JobStatus.Stage> many =
        IntStream.range(0, 50).mapToObj(i -> stage(i, "s" + i, null, 0, 0)).toList();
    assertThat(new Progress().lines(pipeline("many", many), 80)).hasSize(17);
  }

  @Test
  void linesArePaintedOverThoseBefore() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    LiveLines live = new LiveLines(new PrintStream(terminal, true, StandardCharsets.UTF_8));
    live.paint(List.of("one", "two"));
    live.paint(List.of("1", "2"));
    live.wipe();
    assertThat(terminal.toString(StandardCharsets.UTF_8))
        .isEqualTo("\rone\ntwo" + "\r\u001b[1A1  \n2  " + "\r\u001b[1A \n " + "\r\u001b[1A");
  }
}
