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
import io.muster.protocol.ToWorker;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerStateTest {
  private static final JobId JOB = new JobId(7);
  private static final ProcessId SPARE = new ProcessId(1);
  private static final Failure CRASH = Failure.of(FailureKind.CRASH, "gone");

  private final RecordedEffects effects = new RecordedEffects();
  private final WorkerState state = new WorkerState(1, 256 << 20, 384 << 20);

  @BeforeEach
  void aWorkerWithABlankProcess() {
    state.welcomed("journal", 1, effects);
    state.started(SPARE, effects);
    state.prepared(JOB, spec(JOB), effects);
    effects.take();
  }

  private static JobSpec spec(JobId job) {
    return new JobSpec(
        "request-" + job,
        "a job",
        "a user",
        new Program.Java(List.of(), "Task", Program.Shape.TASK, Map.of()),
        new Inputs.Range(0, 1000, 1),
        Policy.DEFAULT);
  }

  private static AttemptId attempt(long number) {
    return new AttemptId(1, number);
  }

  private void assign(long number, long from, long until) {
    state.assigned(
        new Assign(attempt(number), JOB, new Interval(from, until), Values.NONE, new int[0]),
        effects);
  }

  private static Outcomes outcomes(long number, long from, long until, Values.BlobValue... blobs) {
    int count = (int) (until - from);
    return new Outcomes(
        attempt(number),
        new Interval(from, until),
        false,
        new Values(Encoding.JSON, new byte[0], new int[count], List.of(blobs)),
        new int[0],
        new int[0],
        new int[0],
        List.of(),
        1);
  }

  private static Values.BlobValue large() {
    return new Values.BlobValue(0, new BlobRef(new BlobId("0".repeat(64)), 100_000, ""));
  }

  private void running(long number, long from, long until) {
    assign(number, from, until);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    effects.take();
  }

  @Test
  void aJobsFirstChunkTakesTheBlankProcess() {
    assign(1, 0, 10);
    assertThat(effects.take()).containsExactly("fetch files of 7");
    state.filesThere(JOB, effects);
    assertThat(effects.take()).containsExactly("load 7 in p1");
    state.loaded(SPARE, effects);
    assertThat(effects.take()).containsExactly("say Started 1#1", "run 1#1 [0, 10) in p1");
  }

  @Test
  void anotherIsStartedAheadWhenASlotIsFreeNotBetweenChunks() {
    running(1, 0, 10);
    state.holdingDue(effects);
    assertThat(effects.take()).containsExactly("mention Holding [1#1 [0, 10)]");
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).containsExactly("say Outcomes 1#1 [0, 10)");
    state.holdingDue(effects);
    assertThat(effects.take()).containsExactly("mention Holding []", "start p2");
  }

  @Test
  void anotherIsStartedAheadWhenTheJobIsOver() {
    ranBefore();
    assertThat(effects.take()).containsExactly("unload p1", "release files of 7", "start p2");
  }

  @Test
  void aWaitingChunkRunsInTheWarmProcessWhenTheFirstHasEnded() {
    running(1, 0, 10);
    assign(2, 10, 20);
    assertThat(effects.take()).isEmpty();
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take())
        .containsExactly("say Outcomes 1#1 [0, 10)", "say Started 1#2", "run 1#2 [10, 20) in p1");
  }

  @Test
  void aChunkThatCameTwiceRunsOnce() {
    running(1, 0, 10);
    assign(1, 0, 10);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void theTailOfARunningChunkIsTakenBackFromItsProcess() {
    running(1, 0, 10);
    effects.kept = 6;
    state.retractAsked(attempt(1), 500, effects);
    assertThat(effects.take()).containsExactly("retract to 500 in p1", "say Retracted 1#1 until 6");
    assertThat(state.claims()).extracting(claim -> claim.interval().until()).containsExactly(6L);
  }

  @Test
  void aWaitingChunkIsGivenBackWhole() {
    running(1, 0, 10);
    assign(2, 10, 20);
    state.retractAsked(attempt(2), 0, effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#2 until 10");
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void aDeadProcessNamesTheTaskThatRanAndWhatWasReportedStands() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 4), effects);
    effects.take();
    state.ended(SPARE, new ProcessEnd(5, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect 4 taken until 5 CRASH");
    assertThat(state.busySlots()).isZero();
  }

  @Test
  void aTaskThatRanOutOfTimeIsTheSuspect() {
    running(1, 0, 10);
    state.timeRanOut(SPARE, effects);
    assertThat(effects.take()).containsExactly("kill p1");
    state.ended(SPARE, new ProcessEnd(1, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("say AttemptFailed 1#1 suspect 0 taken until 1 TIMEOUT");
  }

  @Test
  void aTaskThatWasDoneBeforeItsTimeRanOutIsNobodysLoss() {
    running(1, 0, 10);
    state.timeRanOut(SPARE, effects);
    state.reported(SPARE, outcomes(1, 0, 3), effects);
    effects.take();
    state.ended(SPARE, new ProcessEnd(3, CRASH), effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#1 until 3");
  }

  @Test
  void aRevokedAttemptIsKilledWithoutAWordAndItsSlotIsFreeWhenItIsGone() {
    running(1, 0, 10);
    assign(2, 10, 20);
    state.revoked(attempt(1), effects);
    assertThat(effects.take()).containsExactly("kill p1");
    state.reported(SPARE, outcomes(1, 0, 3), effects);
    assertThat(effects.take()).isEmpty();
    state.ended(SPARE, new ProcessEnd(3, CRASH), effects);
    assertThat(effects.take()).containsExactly("start p2");
    assertThat(state.claims()).extracting(claim -> claim.attempt()).containsExactly(attempt(2));
  }

  @Test
  void whatFollowsALargeValueWaitsForItOtherAttemptsDoNot() {
    running(1, 0, 2);
    state.reported(SPARE, outcomes(1, 0, 1, large()), effects);
    state.reported(SPARE, outcomes(1, 1, 2), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    assign(2, 10, 11);
    state.reported(SPARE, outcomes(2, 10, 11), effects);
    assertThat(effects.take())
        .containsExactly(
            "upload 1#1", "say Started 1#2", "run 1#2 [10, 11) in p1", "say Outcomes 1#2 [10, 11)");
    state.uploaded(attempt(1), effects);
    assertThat(effects.take())
        .containsExactly("say Outcomes 1#1 [0, 1)", "say Outcomes 1#1 [1, 2)");
  }

  @Test
  void aRegistrationClaimsWhatIsNotDurableAlsoWhenItHasEnded() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 4), effects);
    state.reported(SPARE, outcomes(1, 4, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    state.durable(2); // Started and the first outcomes
    assertThat(state.claims())
        .extracting(claim -> claim.interval())
        .containsExactly(new Interval(4, 10));
    effects.take();
    state.holdingDue(effects);
    assertThat(effects.take()).contains("mention Holding []");
    state.durable(1);
    assertThat(state.claims()).isEmpty();
  }

  @Test
  void anotherJournalMakesItDropEverything() {
    running(1, 0, 10);
    assertThat(state.welcomed("another", 1, effects)).isEqualTo(WorkerState.Answer.REGISTER_AGAIN);
    assertThat(effects.take())
        .containsExactly("kill p1", "release files of 7", "forget what was said");
    assertThat(state.claims()).isEmpty();
    assertThat(state.welcomed("another", 1, effects)).isEqualTo(WorkerState.Answer.GO_ON);
  }

  @Test
  void anOlderEpochIsIgnored() {
    state.welcomed("journal", 3, effects);
    assertThat(state.welcomed("journal", 2, effects)).isEqualTo(WorkerState.Answer.IGNORE);
  }

  @Test
  void aDrainGivesBackWhatWaitsAndLeavesWhenWhatRunsHasEnded() {
    running(1, 0, 10);
    assign(2, 10, 20);
    effects.kept = 3;
    state.drainAsked(effects);
    assertThat(effects.take())
        .containsExactly(
            "say Draining",
            "retract to 0 in p1",
            "say Retracted 1#1 until 3",
            "say Retracted 1#2 until 10");
    state.reported(SPARE, outcomes(1, 0, 3), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).containsExactly("say Outcomes 1#1 [0, 3)", "say Leaving", "leave");
  }

  @Test
  void whatADrainKillsGoesBackUncharged() {
    running(1, 0, 10);
    effects.kept = 1;
    state.drainAsked(effects);
    effects.take();
    state.drainTimeOver(effects);
    assertThat(effects.take()).containsExactly("kill p1");
    state.ended(SPARE, new ProcessEnd(1, CRASH), effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#1 until 0", "say Leaving", "leave");
  }

  @Test
  void aProgramThatCannotBeLoadedFailsTheChunk() {
    assign(1, 0, 10);
    state.filesThere(JOB, effects);
    effects.take();
    state.loadFailed(SPARE, Failure.of(FailureKind.REJECTED, "no such class"), effects);
    state.ended(SPARE, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take())
        .containsExactly("kill p1", "say AttemptFailed 1#1 suspect -1 taken until 0 REJECTED");
  }

  private void stepAsked(ToWorker.Step step) {
    state.stepAsked(new ToWorker.RunStep(attempt(2), JOB, step, 0), effects);
  }

  @Test
  void aStepRunsBesideTheSlots() {
    running(1, 0, 10);
    stepAsked(ToWorker.Step.REDUCE);
    assertThat(effects.take()).containsExactly("start p2");
    ProcessId process = new ProcessId(2);
    state.started(process, effects);
    state.loaded(process, effects);
    assertThat(effects.take()).containsExactly("load 7 in p2", "run step 1#2 in p2");
    state.stepSucceeded(process, attempt(2), Values.NONE, effects);
    assertThat(effects.take()).containsExactly("say StepSucceeded", "end step in p2", "unload p2");
  }

  @Test
  void aStepTakesTheBlankProcessWhichIsClearedOfItForAChunk() {
    stepAsked(ToWorker.Step.SPLIT);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    state.stepSucceeded(SPARE, attempt(2), Values.NONE, effects);
    assertThat(effects.take())
        .containsExactly(
            "fetch files of 7",
            "load 7 in p1",
            "run step 1#2 in p1",
            "say StepSucceeded",
            "end step in p1",
            "unload p1");
    state.unloaded(SPARE, effects);
    assertThat(effects.take()).containsExactly("remind of p1");
    assign(3, 0, 10);
    assertThat(effects.take()).containsExactly("load 7 in p1");
  }

  private void combiningWhereTasksRan() {
    running(1, 0, 10);
    state.chunkEnded(SPARE, attempt(1), effects);
    effects.take();
    stepAsked(ToWorker.Step.COMBINE);
    assertThat(effects.take()).containsExactly("unload p1");
  }

  @Test
  void aStepTakesAWarmProcessClearedOfItsTasksAndAChunkThatComesMeanwhileAnother() {
    combiningWhereTasksRan();
    assign(3, 10, 20);
    assertThat(effects.take()).containsExactly("start p2");
    state.unloaded(SPARE, effects);
    state.loaded(SPARE, effects);
    assertThat(effects.take()).containsExactly("load 7 in p1", "run step 1#2 in p1");
  }

  @Test
  void aStepWhoseProcessEndsOfWhatTasksLeftThereHasAnother() {
    combiningWhereTasksRan();
    state.ended(SPARE, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take()).containsExactly("start p2");
    ProcessId process = new ProcessId(2);
    state.started(process, effects);
    state.loaded(process, effects);
    assertThat(effects.take()).containsExactly("load 7 in p2", "run step 1#2 in p2");
    state.ended(process, new ProcessEnd(0, CRASH), effects);
    assertThat(effects.take()).containsExactly("say StepFailed");
  }

  @Test
  void aStepWhoseMemoryRanOutInAProcessThatRanOthersBeforeHasANewOneOnce() {
    combiningWhereTasksRan();
    state.unloaded(SPARE, effects);
    state.loaded(SPARE, effects);
    effects.take();
    Failure memory = Failure.of(FailureKind.MEMORY, "full");
    state.stepFailed(SPARE, attempt(2), memory, effects);
    assertThat(effects.take()).containsExactly("start p2", "kill p1");
    state.ended(SPARE, new ProcessEnd(0, memory), effects);
    ProcessId process = new ProcessId(2);
    state.started(process, effects);
    state.loaded(process, effects);
    assertThat(effects.take()).containsExactly("load 7 in p2", "run step 1#2 in p2");
    state.stepFailed(process, attempt(2), memory, effects);
    assertThat(effects.take()).containsExactly("say StepFailed", "kill p2");
  }

  @Test
  void aStepTakesNoProcessThatIsStillLoading() {
    assign(1, 0, 10);
    state.filesThere(JOB, effects);
    state.retractAsked(attempt(1), 0, effects);
    effects.take();
    stepAsked(ToWorker.Step.COMBINE);
    assertThat(effects.take()).containsExactly("start p2");
    state.loaded(SPARE, effects);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void theProcessOfAStepThatEndsInADrainEndsToo() {
    stepAsked(ToWorker.Step.SPLIT);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    state.drainAsked(effects);
    effects.take();
    state.stepSucceeded(SPARE, attempt(2), Values.NONE, effects);
    assertThat(effects.take()).contains("end step in p1", "kill p1");
  }

  @Test
  void theProcessOfAStepEndsWhereThereAreEnoughForChunks() {
    stepAsked(ToWorker.Step.SPLIT);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    for (int other = 2; other <= 4; other++) { // slots and two more are kept warm
      JobId job = new JobId(JOB.value() + other);
      state.prepared(job, spec(job), effects);
      state.assigned(
          new Assign(attempt(10 + other), job, new Interval(0, 1), Values.NONE, new int[0]),
          effects);
      state.filesThere(job, effects);
      ProcessId process = new ProcessId(other);
      state.started(process, effects);
      state.loaded(process, effects);
      state.chunkEnded(process, attempt(10 + other), effects);
    }
    effects.take();
    state.stepSucceeded(SPARE, attempt(2), Values.NONE, effects);
    assertThat(effects.take()).containsExactly("say StepSucceeded", "end step in p1", "kill p1");
  }

  @Test
  void theProcessOfAStepThatFailedEnds() {
    stepAsked(ToWorker.Step.REDUCE);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    effects.take();
    state.stepFailed(SPARE, attempt(2), CRASH, effects);
    assertThat(effects.take()).containsExactly("say StepFailed", "kill p1");
  }

  @Test
  void aStepThatIsCutOffIsGivenBack() {
    stepAsked(ToWorker.Step.SPLIT);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    effects.take();
    state.stepCutOff(SPARE, attempt(2), effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#2 until 0", "kill p1");
  }

  @Test
  void anInputThatIsNotHadHereIsChargedToItsTaskAlone() {
    Values.BlobValue large =
        new Values.BlobValue(0, new BlobRef(new BlobId("0f".repeat(32)), 1 << 20, ""));
    Values inputs = new Values(Encoding.JAVA, new byte[0], new int[1], List.of(large));
    state.prepared(JOB, spec(JOB), effects);
    state.assigned(new Assign(attempt(1), JOB, new Interval(4, 5), inputs, new int[0]), effects);
    effects.take();
    state.inputsMissing(attempt(1), Failure.of(FailureKind.CRASH, "no room"), effects);
    assertThat(effects.take()).contains("say AttemptFailed 1#1 suspect 4 taken until 5 CRASH");
  }

  @Test
  void anotherJobOfTheSameNumberDoesNotRunTheProgramOfTheFirst() {
    running(1, 0, 10);
    JobSpec other =
        new JobSpec(
            "another request",
            "another job",
            "a user",
            new Program.Java(List.of(), "OtherTask", Program.Shape.TASK, Map.of()),
            new Inputs.Range(0, 1000, 1),
            Policy.DEFAULT);
    state.prepared(JOB, other, effects);
    assertThat(effects.take()).contains("kill p1");
    assertThat(state.claims()).isEmpty();
    assign(2, 0, 10);
    assertThat(effects.take()).containsExactly("fetch files of 7");
  }

  @Test
  void aNewLinkEndsProcessesOfJobsThatItHasNothingToClaimOf() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    state.welcomed("journal", 2, effects);
    assertThat(effects.take()).doesNotContain("kill p1");

    state.durable(2); // that it started, and its outcomes
    assertThat(state.claims()).isEmpty();
    state.welcomed("journal", 3, effects);
    assertThat(effects.take()).contains("unload p1");
  }

  private void prepared(JobId job, String className) {
    state.prepared(
        job,
        new JobSpec(
            "request " + job,
            "a job",
            "a user",
            new Program.Java(List.of(), className, Program.Shape.TASK, Map.of()),
            new Inputs.Range(0, 1000, 1),
            Policy.DEFAULT),
        effects);
  }

  /** A job has run in the spare process and is over. */
  private void ranBefore() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    effects.take();
    state.jobOver(JOB, effects);
  }

  @Test
  void aProcessIsClearedForTheNextJobOfTheSameCode() {
    ranBefore();
    assertThat(effects.take()).contains("unload p1");
    state.unloaded(SPARE, effects);
    assertThat(effects.take()).contains("remind of p1");
    JobId next = new JobId(8);
    prepared(next, "Task");
    state.assigned(
        new Assign(attempt(2), next, new Interval(0, 1), Values.NONE, new int[0]), effects);
    state.filesThere(next, effects);
    assertThat(effects.take()).contains("load 8 in p1");
    state.idleForLong(SPARE, 1, effects);
    assertThat(effects.take()).isEmpty();
  }

  @Test
  void aJobOfOtherCodeGetsAnotherProcess() {
    ranBefore();
    state.unloaded(SPARE, effects);
    effects.take();
    JobId next = new JobId(8);
    prepared(next, "OtherTask");
    state.assigned(
        new Assign(attempt(2), next, new Interval(0, 1), Values.NONE, new int[0]), effects);
    state.filesThere(next, effects);
    assertThat(effects.take()).doesNotContain("load 8 in p1");
  }

  @Test
  void aClearedProcessThatNobodyWantsEnds() {
    ranBefore();
    state.unloaded(SPARE, effects);
    effects.take();
    state.idleForLong(SPARE, 1, effects);
    assertThat(effects.take()).containsExactly("kill p1");
  }

  @Test
  void aJobThatIsOverBeforeItsLastChunkIsSaidToEndLeavesNoProcess() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.jobOver(JOB, effects);
    effects.take();
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).contains("unload p1", "release files of 7");
  }

  // Calls of a client's session

  private void prepareCalls(int tasksPerProcess) {
    state.prepared(
        JOB,
        new JobSpec(
            "calls",
            "a pool",
            "a user",
            new Program.Calls(List.of(), new byte[0], tasksPerProcess),
            new Inputs.Open(),
            Policy.DEFAULT,
            "a session"),
        effects);
    effects.take();
  }

  @Test
  void aTaskThatIsStoppedBeforeItBeginsIsCutOffWithWhatFollows() {
    running(1, 0, 10);
    effects.taken = 3;
    state.stopAsked(attempt(1), 6, false, effects);
    assertThat(effects.take()).containsExactly("stop at 6 in p1", "say Retracted 1#1 until 6");
    assertThat(state.claims()).extracting(claim -> claim.interval().until()).containsExactly(6L);
    state.reported(SPARE, outcomes(1, 0, 6), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).containsExactly("say Outcomes 1#1 [0, 6)");
  }

  @Test
  void aTaskThatIsStoppedWhileItRunsCostsItsProcessAndNobodyIsCharged() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 6), effects);
    effects.take();
    effects.taken = 7;
    state.stopAsked(attempt(1), 6, false, effects);
    assertThat(effects.take())
        .containsExactly("stop at 6 in p1", "say Retracted 1#1 until 7", "kill p1");
    assertThat(state.busySlots()).isEqualTo(1);
    state.ended(SPARE, new ProcessEnd(7, CRASH), effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#1 until 6");
    assertThat(state.busySlots()).isZero();
  }

  @Test
  void whatEndedBeforeAStoppedTaskButWasNotReportedGoesBackWithIt() {
    running(1, 0, 7);
    effects.taken = 7;
    state.stopAsked(attempt(1), 6, false, effects);
    state.reported(SPARE, outcomes(1, 0, 4), effects);
    assertThat(effects.take())
        .containsExactly("stop at 6 in p1", "kill p1", "say Outcomes 1#1 [0, 4)");
    state.ended(SPARE, new ProcessEnd(7, CRASH), effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#1 until 4");
  }

  @Test
  void aStoppedTaskThatEndsBeforeItsProcessDoesHasItsOutcome() {
    running(1, 0, 7);
    effects.taken = 7;
    state.stopAsked(attempt(1), 6, false, effects);
    state.reported(SPARE, outcomes(1, 0, 7), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    state.ended(SPARE, new ProcessEnd(7, CRASH), effects);
    assertThat(effects.take())
        .containsExactly(
            "stop at 6 in p1", "kill p1", "say Outcomes 1#1 [0, 7)", "say Retracted 1#1 until 7");
    assertThat(state.busySlots()).isZero();
  }

  @Test
  void aTaskThatIsOverIsNotStopped() {
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 4), effects);
    effects.take();
    state.stopAsked(attempt(1), 3, false, effects);
    assertThat(effects.take()).as("reported").isEmpty();
    effects.taken = 8;
    state.stopAsked(attempt(1), 5, false, effects);
    assertThat(effects.take()).as("taken, and so was the next").containsExactly("stop at 5 in p1");
    state.stopAsked(attempt(1), 10, false, effects);
    state.stopAsked(attempt(9), 5, false, effects);
    assertThat(effects.take()).as("not here").isEmpty();
  }

  @Test
  void aStoppedTaskOfAChunkThatWaitsIsCutOff() {
    running(1, 0, 10);
    assign(2, 10, 20);
    state.stopAsked(attempt(2), 14, false, effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#2 until 14");
    state.stopAsked(attempt(2), 10, false, effects);
    assertThat(effects.take()).containsExactly("say Retracted 1#2 until 10");
    assertThat(state.waitingChunks()).isZero();
  }

  @Test
  void aProcessRunsNoMoreThanItsShareOfTasks() {
    prepareCalls(12);
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    effects.take();
    assign(2, 10, 20);
    assertThat(effects.take())
        .containsExactly("say Retracted 1#2 until 12", "say Started 1#2", "run 1#2 [10, 12) in p1");
    state.reported(SPARE, outcomes(2, 10, 12), effects);
    effects.take();
    state.chunkEnded(SPARE, attempt(2), effects);
    assertThat(effects.take()).containsExactly("kill p1");
  }

  @Test
  void aProcessThatHasRunItsShareOfTasksIsReplaced() {
    prepareCalls(20);
    running(1, 0, 10);
    state.reported(SPARE, outcomes(1, 0, 10), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    effects.take();
    assign(2, 10, 20);
    assertThat(effects.take()).containsExactly("say Started 1#2", "run 1#2 [10, 20) in p1");
    state.reported(SPARE, outcomes(2, 10, 20), effects);
    effects.take();
    state.chunkEnded(SPARE, attempt(2), effects);
    assertThat(effects.take()).containsExactly("kill p1");
    state.started(new ProcessId(2), effects);
    assign(3, 20, 30);
    assertThat(effects.take()).containsExactly("load 7 in p2", "start p3");
    state.ended(SPARE, new ProcessEnd(10, CRASH), effects);
    state.loaded(new ProcessId(2), effects);
    assertThat(effects.take()).containsExactly("say Started 1#3", "run 1#3 [20, 30) in p2");
  }

  @Test
  void aWarmProcessOfAnIdleSessionGivesWayToOthers() {
    prepareCalls(0);
    running(1, 0, 1);
    state.reported(SPARE, outcomes(1, 0, 1), effects);
    state.chunkEnded(SPARE, attempt(1), effects);
    effects.take();
    for (int other = 0; other < 3; other++) {
      JobId job = new JobId(20 + other);
      state.prepared(job, spec(job), effects);
      state.assigned(
          new Assign(attempt(10 + other), job, new Interval(0, 1), Values.NONE, new int[0]),
          effects);
      state.filesThere(job, effects);
      ProcessId process = new ProcessId(2 + other);
      state.started(process, effects);
      state.loaded(process, effects);
      state.reported(process, outcomes(10 + other, 0, 1), effects);
      state.chunkEnded(process, attempt(10 + other), effects);
    }
    assertThat(effects.take())
        .contains("run 1#12 [0, 1) in p4", "kill p1")
        .doesNotContain("kill p4");
  }

  @Test
  void aLargeFunctionIsFetchedLikeALargeInput() {
    prepareCalls(0);
    Values.Head head =
        new Values.Head(0, new byte[0], new BlobRef(new BlobId("0".repeat(64)), 100_000, ""));
    Values inputs =
        new Values(Encoding.JAVA, new byte[2], new int[] {1, 1}, List.of(), List.of(head));
    state.assigned(new Assign(attempt(1), JOB, new Interval(0, 2), inputs, new int[0]), effects);
    state.filesThere(JOB, effects);
    assertThat(effects.take()).containsExactly("fetch files of 7", "fetch inputs of 1#1");
    state.inputsThere(attempt(1), effects);
    state.loaded(SPARE, effects);
    state.reported(SPARE, outcomes(1, 0, 2), effects);
    effects.take();
    state.chunkEnded(SPARE, attempt(1), effects);
    assertThat(effects.take()).containsExactly("release inputs of 1#1");
  }

  @Test
  void aChunkThatWasCutKeepsItsFunctions() {
    prepareCalls(0);
    Values inputs =
        new Values(
            Encoding.JAVA,
            new byte[] {1, 2, 3},
            new int[] {1, 1, 1},
            List.of(),
            List.of(
                new Values.Head(0, new byte[] {4}, null),
                new Values.Head(2, new byte[] {5}, null)));
    state.assigned(new Assign(attempt(1), JOB, new Interval(0, 3), inputs, new int[0]), effects);
    state.stopAsked(attempt(1), 2, false, effects);
    state.filesThere(JOB, effects);
    state.loaded(SPARE, effects);
    assertThat(effects.inputs).isEqualTo(inputs.part(0, 2));
    assertThat(effects.inputs.heads()).hasSize(1);
  }
}
