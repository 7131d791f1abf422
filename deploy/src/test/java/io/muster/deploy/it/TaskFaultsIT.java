package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that misbehave cost themselves and nothing else, and their user is told what happened. */
@ExtendWith(ClusterLogs.class)
class TaskFaultsIT {
  private static MusterCluster cluster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(1, 2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void hasState(String id, String state) {
    JsonNode job = cluster.job(id);
    assertThat(job.get("state").asText()).as(job.toString()).isEqualTo(state);
  }

  private static List<Long> pids(String text) {
    return Stream.of(text.strip().split(" ")).map(Long::valueOf).toList();
  }

  /** The neighbours of one failed task have their results. */
  private static void allBut(String id, long failed, long count) {
    assertThat(cluster.results(id))
        .isEqualTo(
            LongStream.range(0, count).filter(i -> i != failed).mapToObj(Long::toString).toList());
  }

  @Test
  void anExceptionArrivesWholeWithItsCauses() {
    String id = cluster.runTask("Throws", "--range", "0..1");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("kind").asText()).isEqualTo("exception");
    assertThat(failure.get("message").asText()).contains("cannot do 0");
    assertThat(failure.get("stackTrace").asText())
        .contains(
            "java.lang.IllegalStateException: cannot do 0",
            "at io.muster.deploy.tasks.Throws.run(Throws.java:",
            "Caused by: java.io.IOException: the disk said no to 0");
    assertThat(cluster.cli("failures", id).succeeds().lines())
        .singleElement()
        .asString()
        .contains("java.lang.IllegalStateException: cannot do 0");
    hasState(id, "failed");
  }

  @Test
  void aResultThatCanNotBeEncodedIsNamedByTypeAndField() {
    JsonNode failure = cluster.failure(cluster.runTask("Unencodable", "--range", "0..1"));
    assertThat(failure.get("kind").asText()).isEqualTo("encode");
    assertThat(failure.get("message").asText()).contains("Thread", "thread");
  }

  @Test
  void theTaskThatExitsIsFoundAndItsNeighboursResultsStand() {
    String id = cluster.runTask("Exits", "--range", "0..300", "--arg", "on=137");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("task").asLong()).isEqualTo(137);
    assertThat(failure.get("kind").asText()).isEqualTo("crash");
    assertThat(failure.get("exitCode").asInt()).isEqualTo(42);
    assertThat(failure.get("try").asInt()).isEqualTo(5);
    assertThat(failure.get("message").asText()).contains("42");
    allBut(id, 137, 300);
  }

  @Test
  void theCrashLimitIsTheUsersChoice() {
    String id = cluster.runTask("Exits", "--range", "0..10", "--arg", "on=3", "--crash-limit", "1");
    assertThat(cluster.failure(id).get("try").asInt()).isEqualTo(1);
    allBut(id, 3, 10);
  }

  @Test
  void aStackOverflowIsAnExceptionOfItsTask() {
    JsonNode failure = cluster.failure(cluster.runTask("Overflows", "--range", "0..1"));
    assertThat(failure.get("kind").asText()).isEqualTo("exception");
    assertThat(failure.get("message").asText()).contains("StackOverflowError");
    assertThat(failure.get("stackTrace").asText()).contains("Overflows.deeper");
  }

  @Test
  void tooMuchMemoryFailsItsTask() {
    String id = cluster.runTask("EatsMemory", "--range", "0..1", "--memory", "32m");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("kind").asText()).isEqualTo("memory");
    assertThat(failure.get("message").asText()).contains("OutOfMemoryError");
    hasState(cluster.runTask("Square", "--range", "0..2"), "succeeded");
  }

  @Test
  void aSegmentationFaultIsACrashWithItsSignal() {
    JsonNode failure =
        cluster.failure(cluster.runTask("Segfaults", "--range", "0..1", "--crash-limit", "2"));
    assertThat(failure.get("kind").asText()).isEqualTo("crash");
    assertThat(failure.get("try").asInt()).isEqualTo(2);
    assertThat(failure.get("message").asText()).contains("SIGSEGV");
  }

  @Test
  void aGigabyteOfOutputIsCutToItsFirstAndLastPart() throws IOException {
    String id =
        cluster.runTask(
            "PrintsMuch", "--range", "0..1", "--arg", "bytes=1000000000", "--timeout", "10m");
    hasState(id, "succeeded");
    CliRun logs = cluster.cli("logs", id, "--task", "0").succeeds();
    assertThat(logs.out()).contains("first line of 0", "last line of 0", "left out");
    assertThat(logs.out().length()).isLessThan(1_200_000);
    assertThat(sizeOf(cluster.data())).isLessThan(200L << 20);
  }

  private static long sizeOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void childrenThatOutliveTheirTaskGoWithItsProcess() {
    String id = cluster.runTask("LeavesChildren", "--range", "0..1");
    String result = cluster.cli("results", id, "--output", "json").json().get("result").asText();
    assertThat(pids(result)).hasSize(2);
    TaskProcesses.awaitGone(pids(result));
  }

  @Test
  void childrenThatOutliveACommandGoToo() {
    String id =
        cluster.run("--", "sh", "-c", "sleep 1000 >&2 & a=$!; setsid sleep 1000 >&2 & echo $a $!");
    hasState(id, "succeeded");
    TaskProcesses.awaitGone(pids(cluster.results(id).get(0)));
  }

  @Test
  void aTimeOutKillsTheWholeTree() {
    String id =
        cluster.runTask("LeavesChildren", "--range", "0..1", "--arg", "spin=1", "--timeout", "5s");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("kind").asText()).isEqualTo("timeout");
    assertThat(failure.get("message").asText()).contains("5");
    TaskProcesses.awaitGone(childrenIn(id));
    cluster.tasks().awaitOnlyJvms();
  }

  private static List<Long> childrenIn(String id) {
    String line =
        cluster.cli("logs", id).succeeds().lines().stream()
            .filter(each -> each.contains("children "))
            .findFirst()
            .orElseThrow();
    return pids(line.substring(line.indexOf("children ") + "children ".length()));
  }

  @Test
  void aTimeOutOfACommandKillsTheWholeTree() {
    String id = cluster.run("--timeout", "1s", "--", "sh", "-c", "setsid sleep 1000 & sleep 1000");
    assertThat(cluster.failure(id).get("kind").asText()).isEqualTo("timeout");
    cluster.tasks().awaitOnlyJvms();
  }

  @Test
  void aTimeOutCostsOnlyTheTaskThatRanTooLong() {
    String id =
        cluster.runTask(
            "LongAmongShort", "--range", "0..50", "--arg", "long=600000", "--timeout", "5s");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("task").asLong()).isEqualTo(3);
    assertThat(failure.get("kind").asText()).isEqualTo("timeout");
    allBut(id, 3, 50);
  }

  @Test
  void cancelEndsATaskThatSpinsAndTheSlotWorksAgain() {
    String id = cluster.submitTask("Spins", "--range", "0..1");
    try (RunningProcess logs = cluster.cliStarted("logs", id, "-f")) {
      String line = logs.awaitOut(each -> each.contains("spinning in process "));
      long pid = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
      cluster.cli("cancel", id).succeeds();
      TaskProcesses.awaitGone(List.of(pid));
      assertThat(logs.awaitExit()).isZero();
    }
    hasState(id, "cancelled");
    hasState(cluster.runTask("Square", "--range", "0..4"), "succeeded");
  }

  @Test
  void aTaskThatThrowsIsTriedAgain() {
    String id = cluster.runTask("ThrowsUntilThirdTry", "--range", "0..4", "--retries", "2");
    assertThat(cluster.results(id)).containsExactly("3", "3", "3", "3");
    String failed = cluster.runTask("ThrowsUntilThirdTry", "--range", "0..1", "--retries", "1");
    assertThat(cluster.failure(failed).get("try").asInt()).isEqualTo(2);
  }

  @Test
  void aRangeThatDiesOnOneIndexIsHalvedUntilItIsAlone() {
    String id =
        cluster.runTask(
            "DiesInRange", "--range", "0..1000", "--arg", "on=777", "--crash-limit", "2");
    JsonNode failure = cluster.failure(id);
    assertThat(failure.get("task").asLong()).isEqualTo(777);
    assertThat(failure.get("kind").asText()).isEqualTo("crash");
    JsonNode job = cluster.job(id);
    assertThat(job.get("state").asText()).isEqualTo("failed");
    assertThat(job.at("/tasks/succeeded").asLong()).isEqualTo(999);
  }

  @Test
  void aSplitThatThrowsEndsItsJob() {
    failsIn("split", "split at 50", cluster.runTask("Phases", "--arg", "throw=split"));
  }

  @Test
  void aReduceThatThrowsEndsItsJob() {
    failsIn("reduce", "reduce says no", cluster.runTask("Phases", "--arg", "throw=reduce"));
  }

  @Test
  void aCombineThatThrowsEndsItsJob() {
    String id = cluster.runTask("CombineThrows", "--range", "0..100");
    hasState(id, "failed");
    String all = cluster.job(id) + cluster.cli("failures", id).succeeds().out();
    assertThat(all).contains("these do not go together", "CombineThrows.combine");
  }

  @Test
  void aConstructorThatThrowsEndsItsJob() {
    failsIn("load", "not today", cluster.runTask("ConstructorThrows", "--range", "0..10"));
  }

  private static void failsIn(String phase, String message, String id) {
    JsonNode job = cluster.job(id);
    assertThat(job.get("state").asText()).isEqualTo("failed");
    assertThat(job.at("/error/phase").asText()).as(job.toString()).isEqualTo(phase);
    assertThat(job.at("/error/message").asText()).contains(message);
    assertThat(job.at("/error/stackTrace").asText()).contains("\tat io.muster.deploy.tasks.");
    assertThat(cluster.cli("job", id).succeeds().out()).contains(phase, message);
  }

  @Test
  void afterMaxFailuresTheRestIsCancelled() {
    String id = cluster.runTask("ThrowsOnOdd", "--range", "0..100000", "--max-failures", "10");
    JsonNode job = cluster.job(id);
    assertThat(job.get("state").asText()).isEqualTo("failed");
    assertThat(job.at("/tasks/failed").asLong()).isGreaterThanOrEqualTo(10);
    assertThat(job.at("/tasks/cancelled").asLong()).isPositive();
    assertThat(
            job.at("/tasks/succeeded").asLong()
                + job.at("/tasks/failed").asLong()
                + job.at("/tasks/cancelled").asLong())
        .isEqualTo(100_000);
  }

  @Test
  void aResultOfFiftyMegabytesComesBackWhole() {
    String id = cluster.runTask("BigResult", "--range", "0..2", "--arg", "bytes=50000000");
    hasState(id, "succeeded");
    List<String> results = cluster.results(id);
    assertThat(results).hasSize(2);
    for (int i = 0; i < 2; i++) {
      String digits = results.get(i).replace("\"", "");
      assertThat(digits.length()).isEqualTo(50_000_000 + i);
      int digit = '0' + i;
      assertThat(digits.chars().allMatch(c -> c == digit)).isTrue();
    }
  }

  @Test
  void aResultAboveItsLimitIsToldWithBothSizes() {
    JsonNode failure =
        cluster.failure(
            cluster.runTask(
                "BigResult", "--range", "0..1", "--arg", "bytes=3000", "--result-limit", "2000"));
    assertThat(failure.get("kind").asText()).isEqualTo("limit");
    assertThat(failure.get("message").asText()).contains("3,002", "2,000");
  }

  @Test
  void theResultOfACommandHasALimitToo() {
    String id =
        cluster.run(
            "--result-limit",
            "1000",
            "--timeout",
            "10m",
            "--",
            "head",
            "-c",
            "200000000",
            "/dev/zero");
    assertThat(cluster.failure(id).get("kind").asText()).isEqualTo("limit");
  }

  @Test
  void aCommandThatIsNotThereIsRejectedByName() {
    String id = cluster.run("--range", "0..2", "--retries", "3", "--", "no-such-program", "{}");
    for (JsonNode failure : cluster.failures(id)) {
      assertThat(failure.get("kind").asText()).isEqualTo("rejected");
      assertThat(failure.get("message").asText()).contains("no-such-program", "not found");
      assertThat(failure.get("message").asText()).doesNotContain("Exception", "error=");
    }
    assertThat(cluster.failures(id)).hasSize(2);
  }

  @Test
  void aCommandThatIsNotExecutableIsRejectedByName() throws IOException {
    Path file = Files.writeString(cluster.folder().resolve("plain.txt"), "#!/bin/sh\n");
    JsonNode failure = cluster.failure(cluster.run("--", file.toString()));
    assertThat(failure.get("kind").asText()).isEqualTo("rejected");
    assertThat(failure.get("message").asText()).contains(file.toString(), "execut");
  }

  @Test
  void aCommandKilledByASignalIsACrash() {
    JsonNode failure =
        cluster.failure(
            cluster.run("--crash-limit", "2", "--", "sh", "-c", "echo last words >&2; kill -9 $$"));
    assertThat(failure.get("kind").asText()).isEqualTo("crash");
    assertThat(failure.get("signal").asInt()).isEqualTo(9);
    assertThat(failure.get("try").asInt()).isEqualTo(2);
    assertThat(failure.get("stderr").asText()).contains("last words");
  }

  @Test
  void aCommandsExitCodeAndLastWordsAreTold() {
    JsonNode failure =
        cluster.failure(
            cluster.run("--retries", "1", "--", "sh", "-c", "echo no such luck >&2; exit 3"));
    assertThat(failure.get("kind").asText()).isEqualTo("exit");
    assertThat(failure.get("exitCode").asInt()).isEqualTo(3);
    assertThat(failure.get("try").asInt()).isEqualTo(2);
    assertThat(failure.get("stderr").asText()).contains("no such luck");
  }

  @Test
  void aFolderThatIsNotThereIsRejectedByName() {
    JsonNode failure = cluster.failure(cluster.run("--cwd", "/no/such/folder", "--", "pwd"));
    assertThat(failure.get("kind").asText()).isEqualTo("rejected");
    assertThat(failure.get("message").asText()).contains("/no/such/folder");
  }

  @Test
  void aCommandRunsWhereItWasSubmitted() {
    assertThat(cluster.results(cluster.run("--", "pwd")))
        .containsExactly(cluster.folder().toString());
  }

  @Test
  void aFolderOfItsOwnHoldsWhatWasSentAlong() throws IOException {
    Path file = Files.writeString(cluster.folder().resolve("words.txt"), "sent along\n");
    String id =
        cluster.run(
            "--range",
            "0..2",
            "--cwd",
            "task",
            "--with",
            file.toString(),
            "--",
            "sh",
            "-c",
            "ls | tr '\\n' ' '; cat words.txt; touch mine");
    assertThat(cluster.results(id)).containsExactly("words.txt sent along", "words.txt sent along");
  }

  @Test
  void bytesThatAreNoTextAreNoArgument() throws IOException {
    Path lines = Files.write(cluster.folder().resolve("latin1"), new byte[] {(byte) 0xE4, '\n'});
    JsonNode failure =
        cluster.failure(cluster.run("--lines", lines.toString(), "--", "echo", "{}"));
    assertThat(failure.get("kind").asText()).isEqualTo("rejected");
    assertThat(failure.get("message").asText()).contains("text", "--stdin");
    assertThat(
            cluster.results(cluster.run("--lines", lines.toString(), "--stdin", "--", "wc", "-c")))
        .containsExactly("1");
  }

  @Test
  void anInputCanComeOnStandardInput() {
    CliRun run =
        cluster
            .cliFed("a\nb", "submit", "--wait", "--lines", "-", "--stdin", "--", "cat")
            .succeeds();
    assertThat(cluster.results(run.out().strip())).containsExactly("a", "b");
  }

  @Test
  void aCommandSeesItsTaskAndTheUsersEnvironmentAndNothingElse() {
    String id =
        cluster.run(
            "--range",
            "7..8",
            "--env",
            "COLOUR=red",
            "--",
            "sh",
            "-c",
            "env | grep -e ^MUSTER_ -e ^COLOUR | sort");
    assertThat(cluster.cli("results", id, "--output", "json").json().get("result").asText().lines())
        .filteredOn(line -> !line.startsWith("MUSTER_MARK="))
        .containsExactly(
            "COLOUR=red",
            "MUSTER_INPUT=7",
            "MUSTER_JOB_ID=" + id,
            "MUSTER_TASK_INDEX=0",
            "MUSTER_TRY=1");
  }
}
