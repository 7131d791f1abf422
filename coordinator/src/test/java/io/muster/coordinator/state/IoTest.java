package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.WorkerId;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** I/O jobs: where their tasks go, how they are divided, who is blamed for a death. */
class IoTest {
  private static final Program SLEEP = new Program.Io("sleep", Map.of());

  private static final Pattern ASSIGNED = Pattern.compile("assign (w\\d+) 1#(\\d+)");

  private final Bench bench = new Bench();
  private final Recorder effects = bench.effects;

  private WorkerId worker(int ioLimit) {
    return bench.ioWorker("incarnation-" + bench.state.workers().size(), ioLimit, Map.of());
  }

  private JobId sleeps(long count) {
    return sleeps(count, Policy.DEFAULT);
  }

  private JobId sleeps(long count, Policy policy) {
    return bench.job(SLEEP, new Inputs.Range(0, count, 1), policy);
  }

  private void dies(WorkerId worker, long number, long until, FailureKind kind, boolean shared) {
    Failure failure = Failure.of(kind, "died");
    bench.says(worker, new AttemptFailed(Bench.attempt(number), -1, until, failure, shared));
  }

  private void divides(WorkerId worker, long number, long at, long rest) {
    bench.says(worker, new Divided(Bench.attempt(number), at, Bench.attempt(rest)));
  }

  // ---- placement

  @Test
  void ioTasksTakeNoSlotsAndAsManyAtOnceAsTheWorkerTakes() {
    WorkerId worker = worker(2_500);
    JobId job = sleeps(10_000);
    effects.expect(
        "assign w1 1#1 job 1 [0, 1000)",
        "assign w1 1#1001 job 1 [1000, 2000)",
        "assign w1 1#2001 job 1 [2000, 2500)");
    assertThat(bench.state.job(job).kind()).isEqualTo(JobView.Kind.IO);
    WorkerView view = bench.state.workers().get(0);
    assertThat(view.busy()).isZero();
    assertThat(view.ioRunning()).isEqualTo(2_500);
    assertThat(explained(job)).contains("7,500 tasks of job 1 wait: every worker has as many");
    bench.tasks(1);
    effects.expect("assign w1 1#2501 job 2 [0, 1)");
    bench.succeeds(worker, 1, 0, 10);
    effects.expect("keep job 1 [0, 10)"); // ten more are not worth a chunk
    bench.succeeds(worker, 1, 10, 100);
    effects.expect("keep job 1 [10, 100)", "assign w1 1#2502 job 1 [2500, 2600)");
  }

  @Test
  void whatWaitsIsSharedOutToTheWorkersThatHaveMostRoom() {
    worker(1_000);
    worker(5_000);
    worker(5_000);
    sleeps(300);
    assertThat(effects.take()).hasSizeLessThan(15).startsWith("assign w2 1#1 job 1 [0, 100)");
    assertThat(bench.state.workers())
        .extracting(WorkerView::ioRunning)
        .containsExactly(0, 150, 150);
  }

  @Test
  void theLimitOfAJobCountsTasks() {
    WorkerId worker = worker(5_000);
    JobId job = sleeps(100, Bench.policy(0, 5, 0, 0, 40));
    effects.expect("assign w1 1#1 job 1 [0, 40)");
    assertThat(explained(job)).contains("runs no more than 40 at once (--limit)");
    bench.succeeds(worker, 1, 0, 10);
    effects.expect("keep job 1 [0, 10)", "assign w1 1#41 job 1 [40, 50)");
  }

  @Test
  void whoHasAHigherPriorityComesFirstAndEqualsShare() {
    WorkerId worker = worker(300);
    sleeps(1_000);
    sleeps(1_000, Bench.policy(0, 5, 0, 0, 0, 5, 0, Map.of()));
    effects.expect("assign w1 1#1 job 1 [0, 300)");
    bench.succeeds(worker, 1, 0, 100);
    effects.expect("keep job 1 [0, 100)", "assign w1 1#301 job 2 [0, 100)");
    sleeps(1_000);
    bench.succeeds(worker, 301, 0, 100);
    effects.expect("keep job 2 [0, 100)", "assign w1 1#401 job 2 [100, 200)");
    bench.state.cancelled(new JobId(2), bench.now(), effects);
    effects.expect("revoke w1 1#401", "over job 2", "assign w1 1#501 job 3 [0, 100)");
    bench.succeeds(worker, 501, 0, 50);
    effects.expect("keep job 3 [0, 50)", "assign w1 1#601 job 3 [100, 150)");
  }

  @Test
  void labelsHoldAndAWorkerWithoutRoomForIoIsToldOf() {
    bench.ioWorker("here", 0, Map.of("zone", "a"));
    bench.ioWorker("there", 100, Map.of("zone", "b"));
    JobId job = sleeps(5, Bench.policy(0, 5, 0, 0, 0, 0, 0, Map.of("zone", "a")));
    effects.expectNothingMore();
    assertThat(explained(job)).contains("no worker takes I/O tasks (--io-limit 0)");
    bench.ioWorker("more", 100, Map.of("zone", "a"));
    effects.expect("assign w3 1#1 job 1 [0, 5)");
  }

  @Test
  void aDrainingWorkerGetsNoMore() {
    WorkerId worker = worker(10);
    sleeps(20);
    effects.expect("assign w1 1#1 job 1 [0, 10)");
    bench.state.drainRequested(worker, bench.now(), effects);
    bench.succeeds(worker, 1, 0, 10);
    effects.expect("drain w1", "keep job 1 [0, 10)");
  }

  // ---- dividing

  @Test
  void whatLiesBehindATaskThatGoesOnIsReportedAsAnAttemptOfItsOwn() {
    WorkerId worker = worker(100);
    JobId job = sleeps(100);
    bench.starts(worker, 1);
    bench.succeeds(worker, 1, 0, 3);
    divides(worker, 1, 4, 5);
    bench.succeeds(worker, 5, 4, 50);
    divides(worker, 5, 51, 52);
    bench.succeeds(worker, 52, 51, 100);
    assertThat(bench.state.job(job).running()).isEqualTo(2);
    bench.succeeds(worker, 5, 50, 51);
    bench.succeeds(worker, 1, 3, 4);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.SUCCEEDED);
    Invariants.check(bench.state, true);
    Invariants.checkReplay(bench.state, effects.records);
  }

  @Test
  void aWorkerThatComesAgainClaimsWhatWasDividedWhileNobodyListened() {
    bench.ioWorker("one", 100, Map.of());
    JobId job = sleeps(100);
    WorkerId worker = new WorkerId("w1");
    bench.starts(worker, 1);
    bench.succeeds(worker, 1, 0, 3);
    // the coordinator dies; what it has written is that [3, 100) is out
    bench.restarts();
    effects.take();
    bench.ioWorker(
        "one", 100, Map.of(), claim(5, job, 4, 51), claim(52, job, 51, 100), claim(1, job, 3, 4));
    effects.expectNothingMore();
    divides(worker, 1, 4, 5);
    bench.succeeds(worker, 5, 4, 50);
    divides(worker, 5, 51, 52);
    bench.succeeds(worker, 52, 51, 100);
    bench.succeeds(worker, 5, 50, 51);
    bench.succeeds(worker, 1, 3, 4);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.SUCCEEDED);
    effects.expect(
        "keep job 1 [4, 50)",
        "keep job 1 [51, 100)",
        "keep job 1 [50, 51)",
        "keep job 1 [3, 4)",
        "over job 1");
  }

  @Test
  void anAttemptTakenOverInItsMiddleIsDividedAsItsWorkerNumbersIt() {
    bench.ioWorker("one", 100, Map.of());
    JobId job = sleeps(100);
    WorkerId worker = new WorkerId("w1");
    bench.succeeds(worker, 1, 0, 40);
    bench.state.workerLost(worker, bench.now(), effects);
    effects.take();
    bench.ioWorker("one", 100, Map.of(), claim(1, job, 40, 100));
    effects.expectNothingMore();
    divides(worker, 1, 51, 52);
    bench.succeeds(worker, 52, 51, 100);
    bench.succeeds(worker, 1, 40, 51);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.SUCCEEDED);
  }

  private static Claim claim(long number, JobId job, long from, long until) {
    return new Claim(new AttemptId(1, number), job, new Interval(from, until), true);
  }

  // ---- deaths

  @Test
  void thoseThatDiedTogetherRunAgainInQuartersApartFromTheOthers() {
    WorkerId worker = worker(8);
    JobId job = sleeps(20);
    effects.expect("assign w1 1#1 job 1 [0, 8)");
    bench.starts(worker, 1);
    bench.succeeds(worker, 1, 0, 2);
    divides(worker, 1, 3, 4); // 2 goes on
    effects.take();
    // the process dies with 2, [3, 8) and [8, 10)
    dies(worker, 1, 3, FailureKind.CRASH, true);
    effects.expect("assign w1 1#11 job 1 [2, 3) tries [2] alone");
    dies(worker, 4, 8, FailureKind.CRASH, true);
    effects.expect("assign w1 1#12 job 1 [3, 4) tries [2] alone", "assign w1 1#13 job 1 [10, 14)");
    assertThat(bench.state.failed(job).isEmpty()).isTrue();
  }

  @Test
  void onlyWhoWasAloneIsCharged() {
    WorkerId worker = worker(2);
    JobId job = sleeps(2, Bench.policy(0, 2, 0, 0, 0));
    effects.expect("assign w1 1#1 job 1 [0, 2)");
    bench.starts(worker, 1);
    dies(worker, 1, 2, FailureKind.CRASH, true);
    effects.expect("assign w1 1#3 job 1 [0, 1) tries [2] alone");
    assertThat(explained(job)).contains("1 task of job 1 waits: a process died while");
    bench.starts(worker, 3);
    bench.succeeds(worker, 3, 0, 1);
    effects.expect("keep job 1 [0, 1)", "assign w1 1#4 job 1 [1, 2) tries [2] alone");
    bench.starts(worker, 4);
    dies(worker, 4, 2, FailureKind.CRASH, false);
    bench.pass(200);
    effects.expect("assign w1 1#5 job 1 [1, 2) tries [3] alone");
    bench.starts(worker, 5);
    dies(worker, 5, 2, FailureKind.CRASH, false);
    effects.expect("failure job 1/1 try 3 CRASH", "over job 1");
    assertThat(bench.state.failed(job)).isEqualTo(IntervalSet.of(new Interval(1, 2)));
  }

  @Test
  void whoIsLittleSuspectedDoesNotWaitForWhoIsMuch() {
    WorkerId worker = worker(1_000);
    sleeps(64);
    bench.starts(worker, 1);
    dies(worker, 1, 64, FailureKind.CRASH, true);
    assertThat(effects.take()).last().asString().contains("assign w1 1#65 job 1 [0, 16)");
    bench.starts(worker, 65);
    dies(worker, 65, 16, FailureKind.CRASH, true); // of [0, 16) four may be together
    assertThat(effects.take()).last().asString().contains("assign w1 1#81 job 1 [16, 32)");
    bench.succeeds(worker, 81, 16, 32);
    effects.take();
    bench.succeeds(worker, 97, 32, 48);
    assertThat(effects.take()).last().asString().contains("assign w1 1#113 job 1 [48, 64)");
    bench.succeeds(worker, 113, 48, 63);
    effects.expect("keep job 1 [48, 63)", "assign w1 1#129 job 1 [0, 3) tries [3, 3, 3] alone");
    bench.succeeds(worker, 113, 63, 64);
    effects.expect("keep job 1 [63, 64)", "assign w1 1#132 job 1 [3, 4) tries [3] alone");
    bench.succeeds(worker, 129, 0, 2);
    effects.expect("keep job 1 [0, 2)", "assign w1 1#133 job 1 [4, 6) tries [3, 3] alone");
  }

  @Test
  void afterAProcessRanOutOfMemoryItsJobGetsHalfAsManyThere() {
    WorkerId worker = worker(1_000);
    sleeps(5_000, Bench.policy(3, 5, 0, 0, 0));
    effects.expect("assign w1 1#1 job 1 [0, 1000)");
    bench.starts(worker, 1);
    dies(worker, 1, 1_000, FailureKind.MEMORY, true);
    assertThat(effects.take())
        .hasSize(2)
        .anyMatch(assigned -> assigned.startsWith("assign w1 1#1001 job 1 [0, 250) tries [2,"))
        .contains("assign w1 1#1251 job 1 [1000, 1500)");
    assertThat(bench.state.workers().get(0).ioRunning()).isEqualTo(750);
  }

  @Test
  void aProcessThatNeverCameUpCountsOnceForAllItsChunks() {
    WorkerId worker = worker(5_000);
    JobId job = sleeps(5_000, Bench.policy(0, 2, 0, 0, 0));
    effects.take();
    for (int chunk = 0; chunk < 5; chunk++) {
      dies(worker, 1 + 1_000 * chunk, 1_000 * chunk, FailureKind.CRASH, true);
    }
    assertThat(bench.stateOf(job)).isEqualTo(JobState.RUNNING);
    assertThat(effects.take()).allMatch(assigned -> assigned.endsWith("alone"));
  }

  @Test
  void aProgramThatKillsEachProcessThatLoadsItFailsItsJob() {
    WorkerId worker = worker(1_000);
    JobId job = sleeps(5);
    effects.expect("assign w1 1#1 job 1 [0, 5)");
    for (int death = 0; death < 4; death++) {
      dies(worker, 1 + 5 * death, 0, FailureKind.CRASH, false);
      effects.expect("assign w1 1#" + (6 + 5 * death) + " job 1 [0, 5) alone");
    }
    dies(worker, 21, 0, FailureKind.CRASH, false);
    effects.expect("over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
  }

  @Test
  void aWorkerThatVanishesChargesNobodyWhoWasNotAlone() {
    WorkerId worker = worker(100);
    JobId job = sleeps(2, Bench.policy(0, 1, 0, 0, 0));
    bench.starts(worker, 1);
    divides(worker, 1, 1, 2);
    bench.state.workerLost(worker, bench.now(), effects);
    effects.take();
    worker(100);
    effects.expect("assign w2 1#3 job 1 [0, 1) tries [2] alone");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.RUNNING);
  }

  // ---- rates and pauses

  @Test
  void aRateHoldsOverAllWorkersAndIsReached() {
    worker(10_000);
    worker(10_000);
    JobId job = sleeps(100_000, rate(200));
    long started = 0;
    for (int second = 0; second < 30; second++) {
      long before = bench.state.job(job).running();
      startFor(1_000);
      long after = bench.state.job(job).running();
      assertThat(after - before).isBetween(1L, 220L);
      started = after;
    }
    assertThat(started).isBetween(5_820L, 6_180L);
    assertThat(explained(job)).contains("starts no more than 200 a second (--rate)");
  }

  @Test
  void whereAProcessIsComingUpOrBehindWhatARateAllowsDoesNotGather() {
    WorkerId slow = worker(10_000);
    JobId job = sleeps(100_000, rate(200));
    bench.pass(5_000);
    effects.expect("assign w1 1#1 job 1 [0, 3)");
    bench.starts(slow, 1);
    effects.expect("assign w1 1#4 job 1 [3, 7)", "assign w1 1#8 job 1 [7, 10)");
    bench.pass(1_000);
    effects.expectNothingMore();
    worker(10_000);
    effects.expect("assign w2 1#11 job 1 [10, 12)");
    bench.pass(1_000);
    effects.expectNothingMore();
    assertThat(bench.state.job(job).running()).isEqualTo(12);
  }

  @Test
  void whatWorkersWereTooBusyForIsMadeUpForLittleByLittle() {
    WorkerId slow = worker(20_000);
    JobId job = sleeps(100_000, rate(200));
    bench.pass(20);
    effects.expect("assign w1 1#1 job 1 [0, 3)");
    bench.starts(slow, 1);
    bench.pass(2_000); // from here on it is behind: 400 tasks, less what is on its way
    long before = bench.state.job(job).running();
    assertThat(before).isLessThan(20);
    for (int second = 0; second < 10; second++) {
      long from = bench.state.job(job).running();
      startFor(1_000);
      assertThat(bench.state.job(job).running() - from).isLessThanOrEqualTo(220L);
    }
    assertThat(bench.state.job(job).running()).isBetween(before + 2_040, before + 2_070);
    startFor(80_000);
    assertThat(bench.state.job(job).running()).isBetween(18_370L, 18_410L); // 92 s of 200
  }

  /** Workers say at once that what they get has begun, for so many milliseconds. */
  private void startFor(int millis) {
    for (int i = 0; i < millis; i += 10) {
      bench.pass(10);
      allStart();
    }
  }

  /** Workers say of all that they were sent that it has begun. */
  private void allStart() {
    Matcher sent = ASSIGNED.matcher(String.join("\n", effects.take()));
    while (sent.find()) {
      bench.starts(new WorkerId(sent.group(1)), Long.parseLong(sent.group(2)));
    }
  }

  @Test
  void aRateHoldsForSlotsTooAndBeginsEmptyAfterARestart() {
    bench.worker(50);
    JobId job = bench.tasks(1_000, rate(10));
    assertThat(bench.state.job(job).running()).isEqualTo(1);
    bench.pass(1_000);
    assertThat(bench.state.job(job).running()).isEqualTo(11);
    bench.restarts();
    bench.worker("again", 50, Map.of());
    assertThat(bench.state.job(job).running()).isEqualTo(11);
    bench.pass(2_000);
    assertThat(bench.state.job(job).running()).isEqualTo(31);
  }

  @Test
  void aJobThatWaitsForItsRateKeepsASlotForAMoment() {
    WorkerId worker = bench.worker(2);
    JobId slow = bench.tasks(2, rate(20));
    bench.tasks(100, Bench.chunks(10));
    effects.expect("assign w1 1#1 job 1 [0, 1)", "assign w1 1#2 job 2 [0, 10)");
    bench.succeeds(worker, 1, 0, 1);
    effects.expect("keep job 1 [0, 1)");
    bench.pass(50);
    effects.expect("assign w1 1#3 job 1 [1, 2)");
    bench.succeeds(worker, 3, 1, 2);
    effects.expect("keep job 1 [1, 2)", "over job 1", "assign w1 1#4 job 2 [10, 20)");
    assertThat(bench.stateOf(slow)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aJobThatWaitsForItsRateLetsItsSlotGoWhenItIsCancelled() {
    WorkerId worker = bench.worker(1);
    JobId slow = bench.tasks(2, rate(20));
    bench.tasks(100, Bench.chunks(10));
    bench.succeeds(worker, 1, 0, 1);
    effects.expect("assign w1 1#1 job 1 [0, 1)", "keep job 1 [0, 1)");
    bench.state.cancelled(slow, bench.now(), effects);
    effects.expect("over job 1", "assign w1 1#2 job 2 [0, 10)");
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
  void aTaskThatAskedToBeLeftAloneIs() {
    WorkerId worker = worker(10);
    sleeps(1, Bench.policy(1, 5, 0, 0, 0));
    effects.take();
    bench.says(worker, Bench.asksToWait(Bench.attempt(1), 0, 5_000));
    effects.take();
    bench.pass(4_900);
    effects.expectNothingMore();
    bench.pass(200);
    effects.expect("assign w1 1#2 job 1 [0, 1) tries [2]");
  }

  @Test
  void thoseThatFailTogetherDoNotComeAgainTogether() {
    long first = Pauses.length(1_000_000_000, 1, 1, 1);
    long second = Pauses.length(1_000_000_000, 1, 1, 2);
    assertThat(first).isBetween(500_000_000L, 1_000_000_000L).isNotEqualTo(second);
    assertThat(Pauses.length(1_000_000_000, 1, 1, 1)).isEqualTo(first);
    assertThat(Pauses.length(1_000_000_000, 3, 1, 1)).isBetween(2_000_000_000L, 4_000_000_000L);
    assertThat(Pauses.length(1_000_000_000, 60, 1, 1)).isBetween(30_000_000_000L, 60_000_000_000L);
  }

  // ---- sessions

  @Test
  void aCallThatIsStoppedWhileItRunsIsNotTriedAgain() {
    WorkerId worker = worker(10);
    JobId job = bench.ioCalls(3);
    effects.expect("assign w1 1#1 job 1 [0, 3)");
    bench.state.taskCancelled(job, 1, true, bench.now(), effects);
    effects.expect("stop w1 1#1 task 1 running");
    bench.ends(worker, 1, 0, 3, FailureKind.LOST, 1);
    effects.expect("keep job 1 [0, 3) retried [false]");
    assertThat(bench.state.job(job).waiting()).isZero();
  }

  @Test
  void aHundredThousandTasksAreCancelledAtOnce() {
    WorkerId worker = worker(100_000);
    JobId job = sleeps(100_000);
    for (long task = 0; task < 100_000; task += 2) {
      if (task % 1_000 != 998) {
        divides(worker, 1 + task, task + 2, 3 + task);
      }
    }
    assertThat(bench.state.ledger.attempts).hasSize(50_000);
    effects.take();
    bench.state.cancelled(job, bench.now(), effects);
    assertThat(bench.state.job(job).cancelled()).isEqualTo(100_000);
    assertThat(effects.take()).hasSize(50_001);
  }

  private String explained(JobId job) {
    return String.join(" ", bench.state.explain(job, null, bench.now()).lines());
  }
}
