package io.muster.coordinator.state;

import static io.muster.coordinator.state.Bench.attempt;
import static io.muster.coordinator.state.Bench.chunks;
import static io.muster.coordinator.state.Bench.java;
import static io.muster.coordinator.state.Bench.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Program.Shape;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private final Bench bench = new Bench();
  private final Recorder effects = bench.effects;

  @AfterEach
  void nothingElseWasSentAndTheJournalTellsTheSame() {
    effects.expectNothingMore();
    Invariants.check(bench.state, true);
    Invariants.checkReplay(bench.state, effects.records);
  }

  private void stepEnds(WorkerId worker, long number, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Values values = new Values(Encoding.JSON, bytes, new int[] {bytes.length}, List.of());
    bench.says(worker, new ToCoordinator.StepSucceeded(attempt(number), values));
  }

  private String explained(JobId job, Long task) {
    return String.join("\n", bench.state.explain(job, task, bench.now()).lines());
  }

  // ---- running

  @Test
  void aJobRunsFromSubmitToEnd() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(3, chunks(2));
    effects.expect("assign w1 1#1 job 1 [0, 2)");
    bench.starts(worker, 1);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.RUNNING);
    bench.succeeds(worker, 1, 0, 1);
    bench.succeeds(worker, 1, 1, 2);
    effects.expect("keep job 1 [0, 1)", "assign w1 1#2 job 1 [2, 3)", "keep job 1 [1, 2)");
    bench.succeeds(worker, 2, 2, 3);
    effects.expect("keep job 1 [2, 3)", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.SUCCEEDED);
    assertThat(bench.state.succeeded(job)).isEqualTo(IntervalSet.of(new Interval(0, 3)));
  }

  @Test
  void whatWaitedForAWorkerStartsWhenOneComes() {
    JobId job = bench.tasks(1);
    assertThat(explained(job, null)).contains("can't run: there is no worker");
    bench.worker(1);
    effects.expect("assign w1 1#1 job 1 [0, 1)");
  }

  @Test
  void chunksGrowFasterThanByDoublingWhileTheyTakeNextToNothing() {
    WorkerId worker = bench.worker(1);
    bench.tasks(1_000_000);
    effects.expect("assign w1 1#1 job 1 [0, 1)");
    bench.succeeds(worker, 1, 0, 1);
    effects.expect(
        "keep job 1 [0, 1)", "assign w1 1#2 job 1 [1, 65)", "assign w1 1#3 job 1 [65, 129)");
    bench.succeeds(worker, 2, 1, 65);
    effects.expect("keep job 1 [1, 65)", "assign w1 1#4 job 1 [129, 257)");
  }

  @Test
  void aReportThatComesTwiceCountsOnce() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(4, chunks(4));
    bench.succeeds(worker, 1, 0, 2);
    bench.succeeds(worker, 1, 0, 2);
    effects.expect("assign w1 1#1 job 1 [0, 4)", "keep job 1 [0, 2)");
    assertThat(bench.state.job(job).succeeded()).isEqualTo(2);
  }

  @Test
  void aChunkIsNoLargerThan64KiBOfInputs() {
    bench.worker(1);
    int[] lengths = new int[100];
    java.util.Arrays.fill(lengths, 8_192);
    bench.job(java(Shape.TASK), new Inputs.Listed(100), chunks(100), lengths);
    effects.expect("assign w1 1#1 job 1 [0, 8)");
  }

  @Test
  void theSameRequestIsTheSameJob() {
    JobId job = bench.tasks(0);
    effects.expect("over job 1");
    var spec = bench.state.job(job).spec();
    assertThat(bench.state.submitted(spec, new InputSizes(), bench.now(), effects)).isEqualTo(job);
    bench.state.forgotten(job, bench.now(), effects);
    effects.expect("forget job 1");
    assertThat(bench.state.submission(spec.requestId())).isNull();
  }

  // ---- failures

  @Test
  void aTaskThatThrowsFailsAloneAndTheJobWithIt() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(3, chunks(3));
    bench.ends(worker, 1, 0, 3, FailureKind.EXCEPTION, 1);
    effects.expect("assign w1 1#1 job 1 [0, 3)", "keep job 1 [0, 3) retried [false]", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
    assertThat(bench.state.failed(job)).isEqualTo(IntervalSet.of(new Interval(1, 2)));
    assertThat(bench.state.job(job).succeeded()).isEqualTo(2);
  }

  @Test
  void aTaskThatThrewRunsAgainAfterAPauseInItsNextTry() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(2, policy(1, 5, 0, 2, 0));
    bench.ends(worker, 1, 0, 2, FailureKind.EXCEPTION, 0);
    effects.expect("assign w1 1#1 job 1 [0, 2)", "keep job 1 [0, 2) retried [true]");
    assertThat(explained(job, 0L)).contains("runs again in ");
    bench.pass(150);
    effects.expect("assign w1 1#2 job 1 [0, 1) tries [2]");
    bench.ends(worker, 2, 0, 1, FailureKind.EXCEPTION, 0);
    effects.expect("keep job 1 [0, 1) retried [false]", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
  }

  @Test
  void whatCanNotBeEncodedIsFinal() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(1, policy(9, 5, 0, 0, 0));
    bench.ends(worker, 1, 0, 1, FailureKind.ENCODE, 0);
    effects.expect("assign w1 1#1 job 1 [0, 1)", "keep job 1 [0, 1) retried [false]", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
  }

  @Test
  void atTheNthFailureTheRestIsCancelled() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(10, policy(0, 5, 2, 4, 0));
    bench.ends(worker, 1, 0, 3, FailureKind.EXCEPTION, 0, 2);
    effects.expect(
        "assign w1 1#1 job 1 [0, 4)",
        "keep job 1 [0, 3) retried [false, false]",
        "revoke w1 1#1",
        "over job 1");
    JobView view = bench.state.job(job);
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.cancelled()).isEqualTo(7);
  }

  @Test
  void onlyTheSuspectOfACrashIsChargedAndItFailsAtItsLimit() {
    WorkerId worker = bench.worker(1);
    bench.tasks(4, policy(0, 2, 0, 4, 0));
    bench.starts(worker, 1);
    bench.succeeds(worker, 1, 0, 1);
    bench.crashes(worker, 1, 1, 2);
    effects.expect("assign w1 1#1 job 1 [0, 4)", "keep job 1 [0, 1)", "assign w1 1#2 job 1 [2, 4)");
    bench.succeeds(worker, 2, 2, 4);
    bench.pass(150);
    effects.expect("keep job 1 [2, 4)", "assign w1 1#3 job 1 [1, 2) tries [2]");
    bench.crashes(worker, 3, 1, 2);
    effects.expect("failure job 1/1 try 2 CRASH", "over job 1");
  }

  @Test
  void aCrashedRangeIsHalvedUntilTheKillerIsAlone() {
    WorkerId worker = bench.worker(1);
    JobId job =
        bench.job(java(Shape.COMBINING_RANGE), new Inputs.Range(0, 4, 1), policy(0, 1, 0, 4, 0));
    bench.crashes(worker, 1, -1, 4);
    effects.expect("assign w1 1#1 job 1 [0, 4)", "assign w1 1#2 job 1 [0, 2)");
    bench.crashes(worker, 2, -1, 2);
    effects.expect("assign w1 1#3 job 1 [0, 1)");
    bench.succeeds(worker, 3, 0, 1);
    bench.crashes(worker, 4, -1, 2);
    effects.expect(
        "keep job 1 [0, 1)",
        "assign w1 1#4 job 1 [1, 2)",
        "assign w1 1#5 job 1 [2, 4)",
        "failure job 1/1 try 1 CRASH");
    bench.succeeds(worker, 5, 2, 4);
    effects.expect("keep job 1 [2, 4)", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
  }

  @Test
  void processesThatDieBeforeTheyTakeATaskFailTheJobAtTheCrashLimit() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(2, policy(0, 2, 0, 2, 0));
    for (int death = 1; death < 5; death++) {
      bench.crashes(worker, death, -1, 0);
    }
    assertThat(bench.state.job(job).error()).as("a low limit is about tasks").isNull();
    bench.crashes(worker, 5, -1, 0);
    effects.expect(
        "assign w1 1#1 job 1 [0, 2)",
        "assign w1 1#2 job 1 [0, 2)",
        "assign w1 1#3 job 1 [0, 2)",
        "assign w1 1#4 job 1 [0, 2)",
        "assign w1 1#5 job 1 [0, 2)",
        "over job 1");
    assertThat(bench.state.job(job).error().phase()).isEqualTo(JobError.Phase.LOAD);
  }

  @Test
  void aClassThatCanNotBeLoadedFailsTheJobAtOnce() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(2, policy(3, 5, 0, 2, 0));
    Failure failure = Failure.of(FailureKind.REJECTED, "no such class");
    bench.says(worker, new ToCoordinator.AttemptFailed(attempt(1), -1, 0, failure));
    effects.expect("assign w1 1#1 job 1 [0, 2)", "revoke w1 1#1", "over job 1");
    assertThat(bench.state.job(job).error().phase()).isEqualTo(JobError.Phase.LOAD);
    assertThat(explained(job, null)).contains("Its load failed: no such class");
  }

  @Test
  void aCommandThatCanNotBeFoundFailsItsTask() {
    WorkerId worker = bench.worker(1);
    Program command = new Program.Command(List.of("nope"), false, "", List.of());
    JobId job = bench.job(command, new Inputs.Range(0, 2, 1), policy(3, 5, 0, 2, 0));
    bench.ends(worker, 1, 0, 2, FailureKind.REJECTED, 0, 1);
    effects.expect(
        "assign w1 1#1 job 1 [0, 2)", "keep job 1 [0, 2) retried [false, false]", "over job 1");
    assertThat(bench.state.job(job).failed()).isEqualTo(2);
    assertThat(bench.state.job(job).error()).isNull();
  }

  // ---- workers that vanish, leave, come again

  @Test
  void aVanishedWorkerChargesOnlyWhatItHadSaidToBeRunning() {
    WorkerId first = bench.worker(2);
    JobId job = bench.tasks(2, policy(0, 1, 0, 1, 0));
    effects.expect("assign w1 1#1 job 1 [0, 1)", "assign w1 1#2 job 1 [1, 2)");
    bench.starts(first, 1);
    bench.worker(1);
    bench.state.workerLost(first, bench.now(), effects);
    effects.expect("failure job 1/0 try 1 LOST", "assign w2 1#3 job 1 [1, 2)");
    assertThat(bench.state.failed(job).size()).isEqualTo(1);
    assertThat(bench.state.workers().get(0).state()).isEqualTo(WorkerView.State.LOST);
  }

  @Test
  void aWorkerThatLeavesChargesNobody() {
    WorkerId first = bench.worker(1);
    JobId job = bench.tasks(1, policy(0, 1, 0, 1, 0));
    bench.starts(first, 1);
    bench.worker(1);
    bench.says(first, new ToCoordinator.Draining());
    bench.says(first, new ToCoordinator.Leaving());
    effects.expect("assign w1 1#1 job 1 [0, 1)", "assign w2 1#2 job 1 [0, 1)");
    assertThat(bench.state.failed(job).size()).isZero();
    assertThat(bench.state.workers()).hasSize(1);
  }

  @Test
  void aDrainingWorkerGetsNothingNew() {
    WorkerId worker = bench.worker(2);
    bench.state.drainRequested(worker, bench.now(), effects);
    JobId job = bench.tasks(1);
    effects.expect("drain w1");
    assertThat(explained(job, 0L))
        .isEqualTo("Task 1/0 can't run: every worker is draining or lost.");
  }

  @Test
  void aWorkerThatComesAgainKeepsItsIdAndWhatItClaims() {
    WorkerId worker = bench.worker("me", 1, Map.of());
    JobId job = bench.tasks(4, chunks(4));
    bench.state.workerLost(worker, bench.now(), effects);
    Claim claim = new Claim(attempt(1), job, new Interval(0, 4), true);
    assertThat(bench.worker("me", 1, Map.of(), claim)).isEqualTo(worker);
    effects.expect("assign w1 1#1 job 1 [0, 4)");
    bench.succeeds(worker, 1, 0, 4);
    effects.expect("keep job 1 [0, 4)", "over job 1");
  }

  @Test
  void aClaimOnWhatAnotherRunsIsRevoked() {
    WorkerId first = bench.worker("me", 1, Map.of());
    JobId job = bench.tasks(4, chunks(4));
    bench.state.workerLost(first, bench.now(), effects);
    bench.worker("other", 1, Map.of());
    effects.expect("assign w1 1#1 job 1 [0, 4)", "assign w2 1#2 job 1 [0, 4)");
    Claim claim = new Claim(attempt(1), job, new Interval(0, 4), true);
    bench.worker("me", 1, Map.of(), claim);
    effects.expect("revoke w1 1#1");
  }

  @Test
  void aNewCoordinatorHoldsBackWhatWorkersHadForHalfAMinute() {
    bench.worker("me", 1, Map.of());
    JobId job = bench.tasks(6, chunks(4));
    effects.expect("assign w1 1#1 job 1 [0, 4)");
    bench.state = bench.replayed();
    bench.state.epochOpened(2, Bench.JOURNAL, 9, bench.now(), effects);
    bench.worker("other", 1, Map.of());
    effects.expect("assign w2 2#1 job 1 [4, 6)");
    assertThat(explained(job, 0L)).contains("held back for w1");
    bench.pass(29_000);
    effects.expectNothingMore();
    bench.pass(2_000);
    effects.expectNothingMore();
    bench.worker(1);
    effects.expect("assign w3 2#2 job 1 [0, 4)");
  }

  @Test
  void aNewCoordinatorTakesOverWhatRuns() {
    bench.worker("me", 1, Map.of());
    JobId job = bench.tasks(4, chunks(4));
    effects.expect("assign w1 1#1 job 1 [0, 4)");
    bench.state = bench.replayed();
    bench.state.epochOpened(2, Bench.JOURNAL, 9, bench.now(), effects);
    Claim claim = new Claim(attempt(1), job, new Interval(0, 4), true);
    WorkerId worker = bench.worker("me", 1, Map.of(), claim);
    bench.succeeds(worker, 1, 0, 4);
    effects.expect("keep job 1 [0, 4)", "over job 1");
  }

  @Test
  void whatOnlyTheCoordinatorHasIsSettledByWhatTheWorkerNames() {
    WorkerId worker = bench.worker("me", 1, Map.of());
    bench.tasks(4, chunks(4));
    bench.says(worker, new ToCoordinator.Holding(List.of()));
    effects.expect("assign w1 1#1 job 1 [0, 4)");
    bench.millis += 11_000;
    AttemptId unknown = new AttemptId(1, 99);
    Claim claim = new Claim(unknown, new JobId(9), new Interval(0, 1), true);
    bench.says(worker, new ToCoordinator.Holding(List.of(claim)));
    effects.expect("revoke w1 1#99", "revoke w1 1#1", "assign w1 1#2 job 1 [0, 4)");
  }

  @Test
  void workerIdsAreNeverUsedAgain() {
    WorkerId first = bench.worker("one", 1, Map.of());
    bench.says(first, new ToCoordinator.Leaving());
    bench.state = bench.replayed();
    bench.state.epochOpened(2, Bench.JOURNAL, 9, bench.now(), effects);
    assertThat(bench.worker("two", 1, Map.of())).isEqualTo(new WorkerId("w2"));
  }

  @Test
  void anotherProtocolVersionIsRefusedInALineThatSaysWhomToUpgrade() {
    String ours = "this coordinator speaks protocol " + Registration.PROTOCOL_VERSION;
    assertThat(registeredWith("9.0", 99))
        .isEqualTo(
            new RegistrationReply.Refused(
                ours + ", the worker (Muster 9.0) protocol 99: upgrade the coordinator"));
    assertThat(registeredWith("0.0.1", 0))
        .isEqualTo(
            new RegistrationReply.Refused(
                ours + ", the worker (Muster 0.0.1) protocol 0: upgrade the worker"));
  }

  private RegistrationReply registeredWith(String version, int protocol) {
    return bench.state.registered(
        new Registration(
            "me", null, null, "host", 1, 0, 1, Map.of(), version, protocol, Set.of(), false,
            List.of()),
        bench.now(),
        effects);
  }

  @Test
  void claimsOfAnotherJournalAreIgnored() {
    JobId job = bench.tasks(1);
    Registration other =
        new Registration(
            "me",
            new WorkerId("w7"),
            "another",
            "host",
            1,
            0,
            1,
            Map.of(),
            "0.1.0",
            Registration.PROTOCOL_VERSION,
            Set.of(),
            false,
            List.of(new Claim(new AttemptId(1, 1), job, new Interval(0, 1), true)));
    assertThat(bench.state.registered(other, bench.now(), effects))
        .isEqualTo(new RegistrationReply.Welcome(new WorkerId("w1"), 1, Bench.JOURNAL));
    assertThat(bench.state.job(job).running()).isZero();
  }

  // ---- shares

  @Test
  void anIdleSlotTakesTheTailOfWhatRuns() {
    WorkerId first = bench.worker(1);
    JobId job = bench.tasks(100, policy(0, 5, 0, 100, 0));
    bench.starts(first, 1);
    bench.succeeds(first, 1, 0, 1);
    bench.worker(1);
    bench.pass(200);
    effects.expect("assign w1 1#1 job 1 [0, 100)", "keep job 1 [0, 1)", "retract w1 1#1 keep 500");
    bench.says(first, new ToCoordinator.Retracted(attempt(1), 51));
    effects.expect("assign w2 1#2 job 1 [51, 100)");
    assertThat(bench.state.job(job).running()).isEqualTo(99);
  }

  @Test
  void aSecondJobGetsItsShareAfterASecond() {
    WorkerId worker = bench.worker(2);
    bench.tasks(1_000, chunks(10));
    bench.tasks(1_000, chunks(10));
    effects.expect("assign w1 1#1 job 1 [0, 10)", "assign w1 1#2 job 1 [10, 20)");
    bench.pass(900);
    effects.expectNothingMore();
    bench.pass(600);
    effects.expect("retract w1 1#1 keep 0");
    bench.says(worker, new ToCoordinator.Retracted(attempt(1), 0));
    effects.expect("assign w1 1#3 job 2 [0, 10)");
  }

  @Test
  void aHigherPriorityTakesAllItCanUse() {
    WorkerId worker = bench.worker(2);
    bench.tasks(1_000, chunks(10));
    bench.tasks(1_000, policy(0, 5, 0, 10, 0, 1, 0, Map.of()));
    bench.pass(1_600);
    assertThat(effects.take()).filteredOn(e -> e.startsWith("retract")).hasSize(2);
    bench.says(worker, new ToCoordinator.Retracted(attempt(1), 0));
    bench.says(worker, new ToCoordinator.Retracted(attempt(2), 10));
    effects.expect("assign w1 1#3 job 2 [0, 10)", "assign w1 1#4 job 2 [10, 20)");
  }

  @Test
  void aLimitIsKept() {
    bench.worker(4);
    JobId job = bench.tasks(10, policy(0, 5, 0, 1, 2));
    effects.expect("assign w1 1#1 job 1 [0, 1)", "assign w1 1#2 job 1 [1, 2)");
    assertThat(explained(job, 5L))
        .isEqualTo("Task 1/5 waits: the job runs no more than 2 at once (--limit).");
  }

  @Test
  void whatRunsIsToldApartFromWhatIsSentInAdvance() {
    WorkerId worker = bench.worker(4);
    JobId job = bench.tasks(5_000, policy(0, 5, 0, 2, 1));
    bench.starts(worker, 1);
    assertThat(explained(job, null))
        .contains("Job 1 runs 1 task now, on 1 worker (1 slot); 1 more task sent there in advance.")
        .contains("4,998 tasks of job 1 wait: the job runs no more than 1 at once (--limit).");
    effects.take();
  }

  @Test
  void aHigherPriorityIsNoReasonWhenItCouldTakeNoMore() {
    WorkerId worker = bench.worker(2);
    bench.tasks(100, policy(0, 5, 0, 1, 1, 1, 0, Map.of()));
    JobId low = bench.tasks(100, chunks(1));
    bench.starts(worker, 1);
    assertThat(explained(low, 99L)).isEqualTo("Task 2/99 waits: all slots are taken.");
    bench.tasks(100, policy(0, 5, 0, 1, 0, 1, 0, Map.of()));
    bench.pass(5_000);
    assertThat(explained(low, 99L)).contains("job 3 has a higher priority (1)");
    effects.take();
  }

  @Test
  void labelsAndMemoryDecideWhereAJobRuns() {
    bench.worker("plain", 4, Map.of());
    JobId there = bench.tasks(1, policy(0, 5, 0, 1, 0, 0, 0, Map.of("zone", "a")));
    JobId large = bench.tasks(1, policy(0, 5, 0, 1, 0, 0, 5L * (256 << 20), Map.of()));
    assertThat(explained(there, null)).contains("no worker has the label zone=a");
    assertThat(explained(large, null))
        .contains("needs 1280m of memory, that is 5 slots of 256m")
        .contains("w1, has 4");
    bench.worker("big", 8, Map.of("zone", "a"));
    assertThat(effects.take())
        .containsExactlyInAnyOrder("assign w2 1#1 job 1 [0, 1)", "assign w2 1#2 job 2 [0, 1)");
  }

  // ---- users

  @Test
  void aCancelledJobIsRevokedAndCanBeRetried() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(4, chunks(2));
    bench.succeeds(worker, 1, 0, 1);
    bench.state.cancelled(job, bench.now(), effects);
    assertThat(bench.state.job(job).cancelled()).isEqualTo(3);
    effects.take();
    bench.state.retried(job, bench.now(), effects);
    assertThat(effects.take()).contains("assign w1 1#3 job 1 [1, 3)");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aRetriedJobHasStartedWhenItBeganAnew() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(1, chunks(1));
    bench.ends(worker, 1, 0, 1, FailureKind.EXCEPTION, 0);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
    long first = bench.state.job(job).started();
    bench.pass(60_000);
    bench.state.retried(job, bench.now(), effects);
    assertThat(bench.state.job(job).started()).isEqualTo(first + 60_000);
    effects.take();
  }

  @Test
  void anOpenJobTakesInputsUntilItIsClosed() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.job(java(Shape.TASK), new Inputs.Open(), Policy.DEFAULT);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.OPEN);
    bench.state.inputsAppended(job, null, 0, InputSizes.of(3), bench.now(), effects);
    assertThat(bench.state.appending(job, null, 0, 3)).isEqualTo(1);
    assertThatThrownBy(() -> bench.state.appending(job, null, 2, 1))
        .isInstanceOf(Refusal.WrongState.class);
    bench.succeeds(worker, 1, 0, 1);
    effects.expect("assign w1 1#1 job 1 [0, 1)", "keep job 1 [0, 1)");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.OPEN);
    bench.state.inputsClosed(job, bench.now(), effects);
    effects.expect("over job 1");
  }

  @Test
  void whatCanNotBeDoneIsRefusedInOneLine() {
    JobId job = bench.tasks(1);
    assertThatThrownBy(() -> bench.state.job(new JobId(9))).hasMessage("there is no job 9");
    assertThatThrownBy(() -> bench.state.forgotten(job, bench.now(), effects))
        .hasMessage("job 1 has not ended: cancel it first");
    assertThatThrownBy(() -> bench.state.drainRequested(new WorkerId("w9"), bench.now(), effects))
        .hasMessage("there is no worker w9");
  }

  // ---- steps

  @Test
  void aJobSplitsRunsAndReduces() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.job(java(Shape.JOB), new Inputs.Split(), Policy.DEFAULT);
    effects.expect("SPLIT w1 1#1 job 1 skip 0");
    assertThat(bench.state.job(job).total()).isNull();
    bench.state.inputsAppended(job, attempt(1), 0, InputSizes.of(3), bench.now(), effects);
    effects.expect("assign w1 1#2 job 1 [0, 1)");
    stepEnds(worker, 1, "1");
    bench.succeeds(worker, 2, 0, 1);
    effects.expect("keep job 1 [0, 1)", "REDUCE w1 1#3 job 1 skip 0");
    stepEnds(worker, 3, "42");
    effects.expect("result job 1 42", "over job 1");
    assertThat(bench.state.job(job).hasResult()).isTrue();
  }

  @Test
  void aReduceGoesToAWorkerThatHasAWarmProcessOfTheJob() {
    WorkerId small = bench.worker(1);
    bench.job(java(Shape.COMBINING_RANGE), new Inputs.Range(0, 1, 1), Policy.DEFAULT);
    bench.worker(8);
    bench.succeeds(small, 1, 0, 1);
    effects.expect(
        "assign w1 1#1 job 1 [0, 1)", "keep job 1 [0, 1)", "COMBINE w1 1#2 job 1 skip 0");
  }

  @Test
  void aSplitThatDiedGoesOnWhereItWas() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.job(java(Shape.JOB), new Inputs.Split(), Policy.DEFAULT);
    bench.state.inputsAppended(job, attempt(1), 0, InputSizes.of(3), bench.now(), effects);
    Failure died = Failure.of(FailureKind.CRASH, "died");
    bench.says(worker, new ToCoordinator.StepFailed(attempt(1), died));
    effects.expect(
        "SPLIT w1 1#1 job 1 skip 0", "assign w1 1#2 job 1 [0, 1)", "SPLIT w1 1#3 job 1 skip 1");
    assertThatThrownBy(() -> bench.state.appending(job, attempt(1), 1, 1))
        .hasMessage("the split 1#1 of job 1 is over");
  }

  @Test
  void aReduceThatThrowsFailsTheJobAndCanBeRetried() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.job(java(Shape.COMBINING_RANGE), new Inputs.Range(0, 1, 1), Policy.DEFAULT);
    bench.succeeds(worker, 1, 0, 1);
    Failure threw = Failure.of(FailureKind.EXCEPTION, "no");
    bench.says(worker, new ToCoordinator.StepFailed(attempt(2), threw));
    effects.expect(
        "assign w1 1#1 job 1 [0, 1)",
        "keep job 1 [0, 1)",
        "COMBINE w1 1#2 job 1 skip 0",
        "revoke w1 1#2",
        "over job 1");
    assertThat(bench.state.job(job).error()).isEqualTo(new JobError(JobError.Phase.COMBINE, threw));
    bench.state.retried(job, bench.now(), effects);
    effects.expect("COMBINE w1 1#3 job 1 skip 0");
  }

  @Test
  void nothingCombinedIsNull() {
    bench.job(java(Shape.COMBINING_RANGE), new Inputs.Range(5, 5, 1), Policy.DEFAULT);
    effects.expect("result job 1 null", "over job 1");
  }
}
