package io.muster.worker.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
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
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker decides of I/O tasks. */
class IoWorkTest {
  private static final JobId JOB = new JobId(7);
  private static final JobId OTHER = new JobId(8);
  private static final ProcessId SHARED = new ProcessId(2);
  private static final Failure CRASH = Failure.of(FailureKind.CRASH, "gone");

  private final RecordedEffects effects = new RecordedEffects();
  private final WorkerState state = new WorkerState(1, 256 << 20, 384 << 20);

  @BeforeEach
  void aWorkerWithTwoJobsOfTheSameCode() {
    state.welcomed("journal", 1, effects);
    state.started(new ProcessId(1), effects); // the spare one for compute tasks
    prepare(JOB, jar("a"));
    prepare(OTHER, jar("a"));
    effects.take();
  }

  private static BlobRef jar(String name) {
    return new BlobRef(new BlobId("0f".repeat(32)), 1, name);
  }

  private void prepare(JobId job, BlobRef jar) {
    prepare(job, jar, Policy.DEFAULT);
  }

  private void prepare(JobId job, BlobRef jar, Policy policy) {
    state.prepared(
        job,
        new JobSpec(
            "request-" + job,
            "a job",
            "a user",
            new Program.Java(List.of(jar), "Task", Program.Shape.IO, Map.of()),
            new Inputs.Range(0, 1000, 1),
            policy),
        effects);
  }

  private static AttemptId attempt(long number) {
    return new AttemptId(1, number);
  }

  private void assign(JobId job, long number, long from, long until, boolean alone) {
    state.assigned(
        new Assign(attempt(number), job, new Interval(from, until), Values.NONE, new int[0], alone),
        effects);
    state.filesThere(job, effects);
  }

  private void assign(long number, long from, long until) {
    assign(JOB, number, from, until, false);
  }

  /** The job runs this in the shared process. */
  private void running(long number, long from, long until) {
    assign(number, from, until);
    state.started(SHARED, effects);
    state.ioLoaded(SHARED, JOB, effects);
    effects.take();
  }

  private void reported(long number, long from, long until, Values.BlobValue... large) {
    state.reported(
        SHARED,
        new Outcomes(
            attempt(number),
            new Interval(from, until),
            false,
            new Values(Encoding.JSON, new byte[0], new int[(int) (until - from)], List.of(large)),
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            1),
        effects);
  }

  private void divided(long number, long at, long rest) {
    state.ioDivided(SHARED, JOB, attempt(number), at, attempt(rest), effects);
  }

  private static Values.BlobValue large() {
    return new Values.BlobValue(0, new BlobRef(new BlobId("0".repeat(64)), 100_000, ""));
  }

  // How they come to run

  @Test
  void chunksOfAJobRunAtOnceInOneProcessAndTakeNoSlot() {
    assign(1, 0, 10);
    assertThat(effects.take()).containsExactly("fetch files of 7", "start p2");
    assign(11, 10, 20);
    state.started(SHARED, effects);
    assertThat(effects.take()).containsExactly("load 7 in p2");
    state.ioLoaded(SHARED, JOB, effects);
    assertThat(effects.take())
        .containsExactly(
            "say Started 1#1",
            "run 1#1 [0, 10) in p2",
            "say Started 1#11",
            "run 1#11 [10, 20) in p2");
    assertThat(state.busySlots()).isZero();
    assertThat(state.ioTasks()).isEqualTo(20);
  }

  @Test
  void ofAJobWithARateItIsSaidThatAChunkHasStartedWhenItsTasksHaveBegun() {
    JobId paced = new JobId(9);
    prepare(paced, jar("a"), rate(200));
    running(1, 0, 10);
    assign(paced, 11, 0, 5, false);
    state.ioLoaded(SHARED, paced, effects);
    assertThat(effects.take())
        .containsExactly("fetch files of 9", "load 9 in p2", "run 1#11 [0, 5) in p2");
    state.ioBegun(attempt(11), effects);
    assertThat(effects.take()).containsExactly("say Started 1#11");
    state.revoked(attempt(11), effects);
    effects.take();
    state.ioBegun(attempt(11), effects); // said while it was revoked
    assertThat(effects.take()).isEmpty();
  }

  private static Policy rate(double rate) {
    Policy some = Policy.DEFAULT;
    return new Policy(
        null,
        some.retries(),
        some.crashLimit(),
        some.maxFailures(),
        some.chunk(),
        some.limit(),
        rate,
        some.priority(),
        some.memory(),
        some.where(),
        some.env(),
        some.logLimit(),
        some.resultLimit(),
        some.backoff(),
        some.keys());
  }

  @Test
  void jobsOfTheSameCodeShareAProcessThatLoadsEachOnce() {
    running(1, 0, 10);
    assign(OTHER, 11, 0, 5, false);
    assertThat(effects.take()).containsExactly("fetch files of 8", "load 8 in p2");
    state.ioLoaded(SHARED, OTHER, effects);
    assertThat(effects.take()).containsExactly("say Started 1#11", "run 1#11 [0, 5) in p2");
    assign(OTHER, 16, 5, 6, false);
    assertThat(effects.take()).containsExactly("say Started 1#16", "run 1#16 [5, 6) in p2");
  }

  @Test
  void aJobOfOtherCodeHasAProcessOfItsOwn() {
    running(1, 0, 10);
    JobId third = new JobId(9);
    prepare(third, new BlobRef(new BlobId("1f".repeat(32)), 1, "b"));
    assign(third, 11, 0, 5, false);
    assertThat(effects.take()).containsExactly("fetch files of 9", "start p3");
  }

  @Test
  void suspectsOfAJobRunTogetherInAProcessApart() {
    running(1, 0, 10);
    assign(JOB, 11, 10, 12, true);
    assign(JOB, 13, 12, 14, true);
    assign(OTHER, 15, 0, 1, true);
    assertThat(effects.take()).containsExactly("start p3", "fetch files of 8", "start p4");
    state.started(new ProcessId(3), effects);
    state.ioLoaded(new ProcessId(3), JOB, effects);
    assertThat(effects.take())
        .containsExactly(
            "load 7 in p3",
            "say Started 1#11",
            "run 1#11 [10, 12) in p3",
            "say Started 1#13",
            "run 1#13 [12, 14) in p3");
  }

  @Test
  void aProgramThatCannotBeLoadedFailsItsChunksAndLeavesTheProcess() {
    assign(1, 0, 10);
    state.started(SHARED, effects);
    effects.take();
    state.ioLoadFailed(SHARED, JOB, Failure.of(FailureKind.REJECTED, "no such class"), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect -1 taken until 0 REJECTED", "remind of p2");
    assign(11, 10, 20);
    assertThat(effects.take()).as("it is tried again").containsExactly("load 7 in p2");
  }

  // Reports

  @Test
  void whatIsReportedWholeIsOver() {
    running(1, 0, 10);
    reported(1, 0, 4);
    assertThat(state.ioTasks()).isEqualTo(6);
    reported(1, 4, 10);
    assertThat(effects.take())
        .containsExactly("say Outcomes 1#1 [0, 4)", "say Outcomes 1#1 [4, 10)", "remind of p2");
    assertThat(state.ioTasks()).isZero();
  }

  @Test
  void whatIsDividedOffIsClaimedAsAnAttemptOfItsOwn() {
    running(1, 0, 10);
    divided(1, 3, 4);
    reported(4, 3, 8);
    assertThat(effects.take())
        .containsExactly("say Divided 1#1 at 3 1#4", "say Outcomes 1#4 [3, 8)");
    assertThat(state.claims())
        .extracting(Claim::attempt, Claim::interval, Claim::started)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(attempt(1), new Interval(0, 3), true),
            org.assertj.core.groups.Tuple.tuple(attempt(4), new Interval(3, 10), true));
    state.durable(3); // started, divided, outcomes
    assertThat(state.claims())
        .extracting(Claim::interval)
        .containsExactly(new Interval(0, 3), new Interval(8, 10));
    reported(1, 0, 3);
    reported(4, 8, 10);
    state.durable(2);
    assertThat(state.claims()).isEmpty();
  }

  @Test
  void aDivisionIsSaidBeforeWhatWasDividedOff() {
    running(1, 0, 10);
    reported(1, 0, 1, large());
    divided(1, 3, 4);
    reported(4, 3, 8);
    assertThat(effects.take()).containsExactly("upload 1#1");
    state.uploaded(attempt(1), effects);
    assertThat(effects.take())
        .containsExactly(
            "say Outcomes 1#1 [0, 1)", "say Divided 1#1 at 3 1#4", "say Outcomes 1#4 [3, 8)");
  }

  @Test
  void aJobsPrintsAreItsOwnThoseOfNobodyAreTheOnlyJobs() {
    running(1, 0, 10);
    byte[] text = {1};
    assertThat(state.printed(SHARED, -1, 1, LogStream.STDOUT, text, effects)).isTrue();
    assign(OTHER, 11, 0, 5, false);
    assertThat(state.printed(SHARED, -1, 1, LogStream.STDOUT, text, effects)).isFalse();
  }

  // What is not wanted

  @Test
  void aRevokedAttemptIsDroppedInItsProcess() {
    running(1, 0, 10);
    assign(11, 10, 20);
    effects.take();
    state.revoked(attempt(1), effects);
    assertThat(effects.take()).containsExactly("drop 1#1 of 7 in p2");
    assertThat(state.claims()).extracting(Claim::attempt).containsExactly(attempt(11));
    reported(1, 0, 10);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void whoRevokesAnAttemptMeansWhatItCannotKnowToBeDividedOff() {
    running(1, 0, 10);
    divided(1, 3, 4);
    divided(4, 5, 6);
    effects.take();
    state.revoked(attempt(1), effects);
    assertThat(effects.take())
        .containsExactly(
            "drop 1#1 of 7 in p2", "drop 1#4 of 7 in p2", "drop 1#6 of 7 in p2", "remind of p2");
    assertThat(state.claims()).isEmpty();
  }

  @Test
  void whoKnowsOfTheDivisionRevokesThePartsOneByOne() {
    running(1, 0, 10);
    divided(1, 3, 4);
    state.durable(2); // started, divided
    effects.take();
    state.revoked(attempt(1), effects);
    assertThat(effects.take()).containsExactly("drop 1#1 of 7 in p2");
    assertThat(state.claims()).extracting(Claim::attempt).containsExactly(attempt(4));
  }

  @Test
  void whatWasDividedOffARevokedAttemptMeanwhileIsDroppedToo() {
    running(1, 0, 10);
    state.revoked(attempt(1), effects);
    effects.take();
    divided(1, 3, 4);
    assertThat(effects.take()).containsExactly("drop 1#4 of 7 in p2");
  }

  @Test
  void aTaskIsStoppedInWhateverItsAttemptIsNow() {
    running(1, 0, 10);
    divided(1, 3, 4);
    reported(1, 0, 3);
    effects.take();
    state.stopAsked(attempt(1), 7, false, effects);
    assertThat(effects.take()).containsExactly("stop task 7 of 7 in p2");
    reported(4, 3, 8);
    effects.take();
    state.stopAsked(attempt(4), 7, false, effects);
    assertThat(effects.take()).as("it is over").isEmpty();
  }

  @Test
  void aTaskThatIsStoppedBeforeItsProcessHasItIsStoppedThere() {
    assign(1, 0, 10);
    state.stopAsked(attempt(1), 7, true, effects);
    state.started(SHARED, effects);
    effects.take();
    state.ioLoaded(SHARED, JOB, effects);
    assertThat(effects.take())
        .containsExactly("say Started 1#1", "run 1#1 [0, 10) in p2", "stop task 7 of 7 in p2");
  }

  // Deaths

  @Test
  void ofADeadProcessWhatWasReportedStandsAndNobodyIsNamed() {
    running(1, 0, 10);
    assign(11, 10, 20);
    divided(1, 3, 4);
    reported(4, 3, 8);
    effects.take();
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly(
            "say AttemptFailed 1#1 suspect -1 taken until 3 CRASH shared",
            "say AttemptFailed 1#4 suspect -1 taken until 10 CRASH shared",
            "say AttemptFailed 1#11 suspect -1 taken until 20 CRASH shared");
    assertThat(state.ioTasks()).isZero();
    assign(21, 20, 30);
    assertThat(effects.take()).containsExactly("start p3");
  }

  @Test
  void whoWasTheOnlyTaskInItsProcessSharedItWithNobody() {
    running(1, 0, 2);
    reported(1, 0, 1);
    effects.take();
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect -1 taken until 2 CRASH");
  }

  @Test
  void aTaskSharedItsProcessWithAProgramThatWasLoadedThere() {
    running(1, 0, 1);
    assign(OTHER, 11, 0, 5, false);
    effects.take();
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect -1 taken until 1 CRASH shared", "start p3");
  }

  @Test
  void aProcessThatNeverCameUpHasTakenNothing() {
    assign(1, 0, 10);
    effects.take();
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect -1 taken until 0 CRASH");
  }

  @Test
  void whatWasStillToBeLoadedWhenOthersDiedLoadsApart() {
    running(1, 0, 10);
    assign(OTHER, 11, 0, 5, false);
    effects.take();
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly(
            "say AttemptFailed 1#1 suspect -1 taken until 10 CRASH shared", "start p3");
    state.started(new ProcessId(3), effects);
    assertThat(effects.take()).containsExactly("load 8 in p3");
    state.ended(new ProcessId(3), new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#11 suspect -1 taken until 0 CRASH");
  }

  // Ends

  @Test
  void theProgramOfAJobThatIsOverIsForgottenTheProcessStaysForAWhile() {
    running(1, 0, 10);
    state.jobOver(JOB, effects);
    assertThat(effects.take()).as("it runs").isEmpty();
    reported(1, 0, 10);
    assertThat(effects.take())
        .containsExactly(
            "say Outcomes 1#1 [0, 10)", "remind of p2", "unload 7 in p2", "release files of 7");
    state.idleForLong(SHARED, 1, effects);
    assertThat(effects.take()).containsExactly("kill p2");
  }

  @Test
  void aProcessThatHadSomethingToDoMeanwhileStays() {
    running(1, 0, 10);
    reported(1, 0, 10);
    assign(11, 10, 20);
    reported(11, 10, 20);
    effects.take();
    state.idleForLong(SHARED, 1, effects);
    assertThat(effects.take()).isEmpty();
    state.idleForLong(SHARED, 2, effects);
    assertThat(effects.take()).containsExactly("kill p2");
    assign(21, 20, 30);
    assertThat(effects.take()).containsExactly("start p3");
  }

  @Test
  void theProcessOfBuiltInTasksIsKept() {
    JobId builtIn = new JobId(9);
    state.prepared(
        builtIn,
        new JobSpec(
            "request",
            "a job",
            "a user",
            new Program.Io("sleep", Map.of()),
            new Inputs.Range(0, 1000, 1),
            Policy.DEFAULT),
        effects);
    assign(builtIn, 1, 0, 10, false);
    state.started(SHARED, effects);
    state.ioLoaded(SHARED, builtIn, effects);
    effects.take();
    reported(1, 0, 10);
    assertThat(effects.take()).containsExactly("say Outcomes 1#1 [0, 10)");
  }

  @Test
  void aDrainLetsTasksThatRunFinish() {
    running(1, 0, 10);
    assign(OTHER, 11, 0, 5, false); // still to be loaded
    effects.take();
    state.drainAsked(effects);
    assertThat(effects.take())
        .containsExactly("say Draining", "say Retracted 1#11 until 0", "kill p1");
    reported(1, 0, 10);
    assertThat(effects.take())
        .containsExactly("say Outcomes 1#1 [0, 10)", "remind of p2", "say Leaving", "leave");
  }

  @Test
  void whatADrainKillsGoesBackUncharged() {
    running(1, 0, 10);
    divided(1, 3, 4);
    state.drainAsked(effects);
    reported(4, 3, 8);
    effects.take();
    state.drainTimeOver(effects);
    assertThat(effects.take()).containsExactly("kill p2");
    state.ended(SHARED, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly(
            "say Retracted 1#1 until 0", "say Retracted 1#4 until 8", "say Leaving", "leave");
  }

  @Test
  void anotherJournalMakesItDropEverything() {
    running(1, 0, 10);
    divided(1, 3, 4);
    effects.take();
    assertThat(state.welcomed("another", 1, effects)).isEqualTo(WorkerState.Answer.REGISTER_AGAIN);
    assertThat(effects.take())
        .containsExactly("kill p1", "kill p2", "release files of 7", "forget what was said");
    assertThat(state.claims()).isEmpty();
    assertThat(state.ioTasks()).isZero();
    reported(4, 3, 8);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void largeInputsAreReleasedWhenNoPartOfTheirChunkIsLeft() {
    Values inputs = new Values(Encoding.JSON, new byte[0], new int[10], List.of(large()));
    state.assigned(
        new Assign(attempt(1), JOB, new Interval(0, 10), inputs, new int[0], false), effects);
    state.filesThere(JOB, effects);
    assertThat(effects.take()).containsExactly("fetch files of 7", "fetch inputs of 1#1");
    state.inputsThere(attempt(1), effects);
    state.started(SHARED, effects);
    state.ioLoaded(SHARED, JOB, effects);
    divided(1, 3, 4);
    reported(1, 0, 3);
    assertThat(effects.take()).doesNotContain("release inputs of 1#1");
    reported(4, 3, 10);
    assertThat(effects.take()).contains("release inputs of 1#1");
  }
}
