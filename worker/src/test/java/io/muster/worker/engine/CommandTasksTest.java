package io.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.process.MarkedProcesses;
import io.muster.worker.wire.Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands through a whole engine, as the system runs them. */
class CommandTasksTest {
  private final String incarnation = UUID.randomUUID().toString();
  @TempDir Path folder;
  private Engine engine;
  private RecordedOutlet coordinator;
  private WorkFolder work;
  private long jobs;

  @BeforeEach
  void startEngine() throws Exception {
    work = WorkFolder.at(folder.resolve("work"));
    engine =
        Engine.start(
            new EngineSettings(
                incarnation,
                2,
                64 << 20,
                64 << 20,
                1 << 30,
                Duration.ofSeconds(20),
                work,
                new JvmSettings(Path.of("/bin/false"), "", "", List.of(), List.of()),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")));
    coordinator = new RecordedOutlet(engine);
    engine.welcomed("journal", 1, coordinator).get();
  }

  @AfterEach
  void noProcessIsLeft() throws IOException {
    engine.close();
    work.close();
    assertThat(MarkedProcesses.find(mark -> mark.startsWith(incarnation))).isEmpty();
  }

  private AttemptId submit(Policy policy, boolean stdin, List<String> inputs, String... argv) {
    return submit(policy, null, stdin, inputs, argv);
  }

  private AttemptId submit(
      Policy policy,
      JobSpec.@Nullable PartOf partOf,
      boolean stdin,
      List<String> inputs,
      String... argv) {
    JobId job = new JobId(++jobs);
    JobSpec spec =
        new JobSpec(
            "request" + job,
            "test",
            "test",
            new Program.Command(List.of(argv), stdin, folder.toString(), List.of()),
            inputs.isEmpty() ? new Inputs.None() : new Inputs.Listed(inputs.size()),
            policy,
            "",
            partOf);
    AttemptId attempt = new AttemptId(1, jobs);
    engine.received(coordinator, new ToWorker.Prepare(job, spec));
    engine.received(
        coordinator,
        new ToWorker.Assign(
            attempt, job, new Interval(0, Math.max(1, inputs.size())), values(inputs), new int[0]));
    return attempt;
  }

  @Test
  void aDecisionThatFailsEndsTheEngineAndSaysWhy() throws Exception {
    submit(Policy.DEFAULT, false, List.of(), "sleep", "1000");
    engine.happened(
        () -> {
          throw new IllegalStateException("two chunks in one slot");
        });
    engine.left().get(60, TimeUnit.SECONDS);
    assertThat(engine.whyItGaveUp())
        .contains("a bug in muster: java.lang.IllegalStateException: two chunks in one slot");
  }

  private Outcomes run(String... argv) throws InterruptedException {
    submit(Policy.DEFAULT, false, List.of(), argv);
    return coordinator.next(Outcomes.class);
  }

  private static Values values(List<String> inputs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    inputs.forEach(input -> bytes.writeBytes(input.getBytes(StandardCharsets.UTF_8)));
    int[] lengths =
        inputs.stream().mapToInt(i -> i.getBytes(StandardCharsets.UTF_8).length).toArray();
    return new Values(Encoding.BYTES, bytes.toByteArray(), lengths, List.of());
  }

  private static String text(Outcomes outcomes) {
    return new String(outcomes.values().bytes(), StandardCharsets.UTF_8);
  }

  private static Failure failure(Outcomes outcomes) {
    assertThat(outcomes.failures()).hasSize(1);
    return outcomes.failures().get(0);
  }

  private static Policy policy(Duration timeout, long memory, long resultLimit) {
    Policy d = Policy.DEFAULT;
    return new Policy(
        timeout,
        0,
        5,
        0,
        0,
        0,
        0,
        0,
        memory,
        Map.of(),
        Map.of("MORE", "yes"),
        d.logLimit(),
        resultLimit,
        d.backoff(),
        d.keys());
  }

  @Test
  void aCommandSeesItsInputWhereItMay() throws Exception {
    submit(
        policy(null, 0, 1000),
        true,
        List.of("a b"),
        "sh",
        "-c",
        "echo \"$1|$MUSTER_INPUT|$MUSTER_JOB_ID|$MUSTER_TASK_INDEX|$MUSTER_TRY|$MORE|$(cat)\"",
        "sh",
        "<{}>{#}");
    assertThat(text(coordinator.next(Outcomes.class))).isEqualTo("<a b>0|a b|1|0|1|yes|a b\n");
  }

  /** As a stage of a pipeline. */
  private Outcomes stage(Policy policy, List<String> inputs, String script) throws Exception {
    JobSpec.PartOf partOf = new JobSpec.PartOf(new JobId(99), "stage", 1);
    submit(policy, partOf, false, inputs, "sh", "-c", script, "sh", "{}");
    return coordinator.next(Outcomes.class);
  }

  private static List<String> each(Outcomes outcomes) {
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (int length : outcomes.values().lengths()) {
      texts.add(new String(outcomes.values().bytes(), at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return texts;
  }

  @Test
  void ofAStageEachLineIsAnOutput() throws Exception {
    Outcomes outcomes =
        stage(Policy.DEFAULT.flattening(), List.of("x"), "printf 'a\\n\\nb \\nlast'");
    assertThat(each(outcomes)).containsExactly("a", "", "b ", "last");
    assertThat(outcomes.counts()).containsExactly(4);
    Outcomes none = stage(Policy.DEFAULT.flattening(), List.of("x"), "true");
    assertThat(none.counts()).containsExactly(0);
    assertThat(none.values().count()).isZero();
  }

  @Test
  void aTaskThatGivesTooManyLinesFailsAlone() throws Exception {
    Outcomes outcomes = stage(Policy.DEFAULT.flattening(), List.of("x"), "yes | head -n 100001");
    Failure failure = failure(outcomes);
    assertThat(failure.kind()).isEqualTo(FailureKind.LIMIT);
    assertThat(failure.message()).startsWith("gave more than 100000 outputs");
  }

  @Test
  void whatAStageWritesLosesOneNewlineAtItsEnd() throws Exception {
    assertThat(each(stage(Policy.DEFAULT, List.of("x"), "printf 'a\\nb\\n\\n'")))
        .containsExactly("a\nb\n");
    assertThat(each(stage(Policy.DEFAULT, List.of("x"), "printf ab"))).containsExactly("ab");
  }

  @Test
  void aCommandDoesNotSeeTheWorkersEnvironment() throws Exception {
    Outcomes outcomes = run("env");
    assertThat(text(outcomes).lines().map(line -> line.replaceAll("=.*", "")))
        .isSubsetOf(
            "PATH",
            "HOME",
            "USER",
            "LANG",
            "TZ",
            "TMPDIR",
            "MUSTER_JOB_ID",
            "MUSTER_TASK_INDEX",
            "MUSTER_TRY",
            "MUSTER_MARK");
  }

  @Test
  void whatNoProcessCanBeGivenFailsItsTaskAndTheLaneGoesOn() throws Exception {
    Policy d = Policy.DEFAULT;
    Policy bad =
        new Policy(
            null,
            0,
            5,
            0,
            0,
            0,
            0,
            0,
            0,
            Map.of(),
            Map.of("A\0B", "x"),
            d.logLimit(),
            d.resultLimit(),
            d.backoff(),
            d.keys());
    submit(bad, false, List.of(), "true");
    Failure failure = failure(coordinator.next(Outcomes.class));
    assertThat(failure.message()).startsWith("the worker cannot run the command: ");
    assertThat(text(run("echo", "goes on"))).isEqualTo("goes on\n");
  }

  @Test
  void aCommandThatDoesNotExistIsRejectedByName() throws Exception {
    Failure failure = failure(run("no-such-command"));
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failure.message()).isEqualTo("command not found on the worker: no-such-command");
  }

  @Test
  void aFileThatIsNotExecutableIsRejectedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("plain"), "text");
    Failure failure = failure(run(file.toString()));
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failure.message()).startsWith("command not executable on the worker: " + file);
  }

  @Test
  void anExitCodeIsAFailureWithTheLastErrorLines() throws Exception {
    Failure failure = failure(run("sh", "-c", "echo bad >&2; exit 3"));
    assertThat(failure.kind()).isEqualTo(FailureKind.EXIT);
    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.stderr()).isEqualTo("bad\n");
  }

  @Test
  void aSegmentationFaultIsACrash() throws Exception {
    Failure failure = failure(run("sh", "-c", "kill -SEGV $$"));
    assertThat(failure.kind()).isEqualTo(FailureKind.CRASH);
    assertThat(failure.signal()).isEqualTo(11);
    assertThat(failure.message()).isEqualTo("the command was ended by signal 11 (SIGSEGV)");
  }

  @Test
  void neighboursOfAFailureSucceed() throws Exception {
    submit(policy(null, 0, 1000), false, List.of("0", "1", "0"), "sh", "-c", "exit {}");
    long succeeded = 0;
    long failed = 0;
    while (succeeded + failed < 3) {
      Outcomes outcomes = coordinator.next(Outcomes.class);
      succeeded += outcomes.values().count();
      failed += outcomes.failedOffsets().length;
    }
    assertThat(succeeded).isEqualTo(2);
    assertThat(failed).isEqualTo(1);
  }

  @Test
  void aTimeOutKillsTheWholeTreeEvenWhatCalledSetsid() throws Exception {
    submit(
        policy(Duration.ofMillis(300), 0, 1000),
        false,
        List.of(),
        "sh",
        "-c",
        "setsid sleep 1000 & sleep 1000");
    assertThat(failure(coordinator.next(Outcomes.class)).kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(MarkedProcesses.find(mark -> mark.startsWith(incarnation))).isEmpty();
  }

  @Test
  void aChildThatHoldsTheOutputDoesNotHoldTheTask() throws Exception {
    assertThat(text(run("sh", "-c", "setsid sleep 1000 & echo done"))).isEqualTo("done\n");
  }

  @Test
  void aLongResultIsRefused() throws Exception {
    submit(policy(null, 0, 1000), false, List.of(), "yes");
    assertThat(failure(coordinator.next(Outcomes.class)).kind()).isEqualTo(FailureKind.LIMIT);
  }

  @Test
  void aCommandThatUsesTooMuchMemoryIsKilled() throws Exception {
    submit(
        policy(null, 20 << 20, 1000),
        false,
        List.of(),
        "sh",
        "-c",
        "head -c 200m /dev/zero | tail -c 190m | sleep 1000");
    assertThat(failure(coordinator.next(Outcomes.class)).kind()).isEqualTo(FailureKind.MEMORY);
  }

  @Test
  void aGigabyteOfErrorsIsCutToTheLogLimit() throws Exception {
    submit(Policy.DEFAULT, false, List.of(), "sh", "-c", "head -c 1000000000 /dev/zero >&2");
    long logged = 0;
    while (logged < Policy.DEFAULT.logLimit()) {
      logged += coordinator.next(ToCoordinator.Logged.class).bytes().length;
    }
    assertThat(logged).isLessThan(Policy.DEFAULT.logLimit() + 100);
    assertThat(coordinator.next(Outcomes.class).values().count()).isEqualTo(1);
  }

  @Test
  void aRevokedCommandIsGoneAndItsSlotWorksAgain() throws Exception {
    AttemptId attempt =
        submit(Policy.DEFAULT, false, List.of(), "sh", "-c", "trap '' TERM; sleep 1000");
    coordinator.next(ToCoordinator.Started.class);
    engine.received(coordinator, new ToWorker.Revoke(attempt));
    assertThat(text(run("echo", "on"))).isEqualTo("on\n");
    assertThat(text(run("echo", "and on"))).isEqualTo("and on\n");
  }

  @Test
  void aDrainFinishesWhatRunsAndGivesBackTheRest() throws Exception {
    Path go = folder.resolve("go");
    submit(
        Policy.DEFAULT,
        false,
        List.of("1", "2", "3"),
        "sh",
        "-c",
        "touch running; while [ ! -e " + go + " ]; do sleep 0.02; done; echo {}");
    coordinator.next(ToCoordinator.Started.class);
    while (!Files.exists(folder.resolve("running"))) {
      Thread.onSpinWait();
    }
    engine.drain();
    assertThat(coordinator.next(ToCoordinator.Retracted.class).until()).isEqualTo(1);
    Files.createFile(go);
    assertThat(text(coordinator.next(Outcomes.class))).isEqualTo("1\n");
    coordinator.next(ToCoordinator.Leaving.class);
    engine.left().get();
  }
}
