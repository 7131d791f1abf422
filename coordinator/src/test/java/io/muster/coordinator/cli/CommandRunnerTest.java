package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.muster.coordinator.cli.Shell.Run;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.v1.BlobRef;
import io.muster.protocol.wire.v1.Encoding;
import io.muster.protocol.wire.v1.Failure;
import io.muster.protocol.wire.v1.FailureKind;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.Pair;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.Values;
import io.muster.protocol.wire.v1.WorkerView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each command prints, how it ends, and the one line for everything that is wrong. */
class CommandRunnerTest {
  @TempDir Path folder;

  private final ScriptedCluster cluster = new ScriptedCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Run run(String... arguments) {
    return fed("", Map.of("MUSTER_API", cluster.address()), arguments);
  }

  private Run fed(String input, Map<String, String> environment, String... arguments) {
    return new Shell(folder).fed(input, environment, arguments);
  }

  private Run submit(String input, String... arguments) {
    return fed(input, Map.of("MUSTER_API", cluster.address()), arguments);
  }

  private static JobView.Builder ended(JobState state) {
    return JobView.newBuilder()
        .setJob(7)
        .setName("squares")
        .setKind("compute")
        .setState(state)
        .setTotal(3)
        .setSucceeded(3)
        .setUser("ann")
        .setSubmitted(0)
        .setStarted(1000)
        .setFinished(2500);
  }

  private static Values values(Encoding encoding, String... texts) {
    Values.Builder values = Values.newBuilder().setEncoding(encoding);
    StringBuilder all = new StringBuilder();
    for (String text : texts) {
      all.append(text);
      values.addLengths(text.getBytes(StandardCharsets.UTF_8).length);
    }
    return values.setBytes(ByteString.copyFromUtf8(all.toString())).build();
  }

  private void results(Values values) {
    ResultsPiece.Builder piece = ResultsPiece.newBuilder().setValues(values);
    for (int i = 0; i < values.getLengthsCount(); i++) {
      piece.addIndices(i);
    }
    cluster.results.add(piece.build());
    cluster.job =
        ended(JobState.JOB_STATE_SUCCEEDED)
            .setTotal(values.getLengthsCount())
            .setSucceeded(values.getLengthsCount())
            .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frob                                | 2 | no such command: frob",
        "jobs --nope                         | 2 | Unknown option: '--nope'",
        "jobs --token x                      | 2 | --token",
        "jobs --output xml                   | 2 | plain, json",
        "jobs --api nowhere                  | 2 | 'nowhere' is not an address",
        "jobs --api here:65536               | 2 | 'here:65536' is not an address",
        "wait                                | 2 | 'ID'",
        "wait 7 --within 5                   | 2 | '5' is not a duration",
        "job x                               | 2 | 'x' is not a job",
        "job 0                               | 2 | '0' is not a job",
        "job 8                               | 4 | there is no job 8",
        "job last                            | 4 | there is no last job",
        "forget 7                            | 5 | cancel it first",
        "logs 7 --task -1                    | 2 | not negative",
        "submit                              | 2 | nothing to run",
        "submit true                         | 2 | 'true' belongs to no option: a command stands behind --",
        "submit --wait --range 0..1 echo hi  | 2 | 'echo hi' belongs to no option: a command stands behind --",
        "submit --rnge 0..3 -- true          | 2 | Unknown option: '--rnge', did you mean --range? (",
        "submit --env FOO -- true            | 2 | for option '--env' should be in KEY=VALUE format but was FOO",
        "submit --memory 1 -- true           | 2 | --memory: at least 16m, not 1",
        "submit --                           | 2 | no command behind --",
        "submit --jar a.jar                  | 2 | --jar needs --task",
        "submit --task A                     | 2 | --task needs --jar",
        "submit --jar a.jar --task A         | 4 | no such file: a.jar",
        "submit --jar a.jar --task A -- true | 2 | either --jar and --task, or a command",
        "submit --range 5..1 -- true         | 2 | upside down",
        "submit --range 5 -- true            | 2 | not a range A..B",
        "submit --range 0..99999999999999999999 -- true | 2 | larger than 64 bits",
        "submit --range 0..9223372036854775807 -- true | 2 | more than 4611686018427387904 integers",
        "submit --range 0..1 --lines - -- true | 2 | at most one of",
        "submit --lines none.txt -- true     | 4 | no such file: none.txt",
        "submit --json none.json -- true     | 4 | no such file: none.json",
        "submit --file none.yaml             | 4 | no such file: none.yaml",
        "submit --stdin -- cat               | 2 | --stdin needs inputs",
        "submit --arg a=b -- cat             | 2 | --arg is for task classes",
        "submit --with none -- cat           | 4 | no such file: none",
        "submit --within 1m -- true          | 2 | --within goes with --wait",
        "submit --chunk some -- true         | 2 | --chunk",
        "submit --retries -1 -- true         | 2 | --retries",
        "submit --retries x -- true          | 2 | --retries",
        "submit --crash-limit 0 -- true      | 2 | --crash-limit",
        "submit --memory big -- true         | 2 | 'big' is not a size",
        "submit --timeout 30 -- true         | 2 | '30' is not a duration",
        "submit --rate 5/d -- true           | 2 | '5/d' is not a rate",
        "submit --rate 0 -- true             | 2 | --rate: more than 0",
        "submit --io slep                    | 2 | did you mean sleep?",
        "submit --io nothing                 | 2 | there are http-get, http-post, tcp-check",
        "submit --io sleep --jar a.jar       | 2 | either --io, or --jar and --task",
        "submit --io sleep -- true           | 2 | either --io, or a command",
        "submit --io sleep --stdin           | 2 | --stdin, --cwd and --with are for commands",
        "submit --io sleep --cwd /           | 2 | --stdin, --cwd and --with are for commands",
        "submit --io sleep --memory 1g       | 2 | --memory: built-in I/O tasks share a process",
        "submit --io sleep --limit-per-key -1 | 2 | --limit-per-key: not negative",
        "submit --io sleep --circuit -1      | 2 | --circuit: not negative",
        "submit --circuit 3 -- true          | 2 | a command has none",
      })
  void everythingThatIsWrongIsOneLine(String line, int code, String words) {
    run(line.strip().split(" ")).refuses(code, words);
  }

  @Test
  void aNameHasAtMostTwoHundredCharacters() {
    run("submit", "--name", "n".repeat(201), "--", "true").refuses(2, "--name: at most 200");
    run("submit", "--name", "n".repeat(200), "--", "true").exits(0);
  }

  @Test
  void withoutACommandTheCommandsAreListed() {
    Run nothing = run().exits(2).prints("");
    assertThat(nothing.err()).contains("Usage: muster", "  submit ", "  explain ");
  }

  @Test
  void whoeverGivesNoInputsIsTold() {
    String note = "muster: no inputs: job 7 has no tasks\n";
    assertThat(run("submit", "--range", "5..5", "--", "true").exits(0).err()).contains(note);
    assertThat(run("submit", "--lines", "/dev/null", "--", "true").exits(0).err()).contains(note);
    assertThat(run("submit", "--range", "5..6", "--", "true").exits(0).err()).doesNotContain(note);
    assertThat(run("submit", "--", "true").exits(0).err()).doesNotContain(note);
  }

  @Test
  void everyJobThatIsNamedIsTriedAndTheWorstIsTheExitCode() {
    Run cancelled = run("cancel", "99", "7", "x", "98").exits(4);
    assertThat(cancelled.err())
        .isEqualTo(
            "muster: there is no job 99\n"
                + "job 7 is cancelled\n"
                + "muster: 'x' is not a job: give its number, or last\n"
                + "muster: there is no job 98\n");
    assertThat(run("retry", "8", "7").exits(4).err()).contains("no job 8\njob 7 runs again");
    assertThat(run("forget", "99", "7").exits(5).err()).contains("no job 99", "cancel it first");
    assertThat(cluster.asked).containsExactly("cancel 7", "retry 7");
  }

  @Test
  void anIoTaskIsSubmittedWithItsLimits() {
    submit(
            "http://a/\nhttp://b/\n",
            "submit",
            "--io",
            "http-get",
            "--lines",
            "-",
            "--arg",
            "save=/tmp/x",
            "--rate",
            "30/m",
            "--limit",
            "500",
            "--limit-per-key",
            "4",
            "--circuit",
            "0")
        .exits(0);
    var spec = cluster.submitted.get(0);
    assertThat(spec.getName()).isEqualTo("http-get");
    assertThat(spec.getIo().getName()).isEqualTo("http-get");
    assertThat(spec.getIo().getArgs(0).getValue()).isEqualTo("/tmp/x");
    assertThat(spec.getPolicy().getRate()).isEqualTo(0.5);
    assertThat(spec.getPolicy().getLimit()).isEqualTo(500);
    assertThat(spec.getPolicy().getLimitPerKey()).isEqualTo(4);
    assertThat(spec.getPolicy().getCircuit()).isZero();
  }

  @Test
  void whereNoCoordinatorIsTheAddressAndTheNextStepAreNamed() {
    String gone = cluster.address();
    cluster.close();
    fed("", Map.of(), "--api", gone, "jobs").refuses(3, gone);
    assertThat(fed("", Map.of(), "jobs", "--api", gone).err()).contains("muster start");
  }

  @Test
  void theNextAddressIsAskedWhenOneIsSilent() {
    run("--api", "127.0.0.1:1," + cluster.address(), "stop").exits(0);
    assertThat(cluster.asked).containsExactly("stop");
  }

  @Test
  void anAddressThatKubernetesInjectsIsNoAddress() {
    fed("", Map.of("MUSTER_API", "tcp://10.0.0.1:7351"), "--api", cluster.address(), "stop")
        .exits(0);
  }

  @Test
  void aCommandIsSubmittedWithItsInputsAndRemembered() {
    run("submit", "--range", "-2..3", "--retries", "2", "--timeout", "1m30s", "--", "echo", "--api")
        .exits(0)
        .prints("7\n");
    var spec = cluster.submitted.get(0);
    assertThat(spec.getCommand().getArgvList()).containsExactly("echo", "--api");
    assertThat(spec.getCommand().getCwd()).isEqualTo(folder.toString());
    assertThat(spec.getRange().getFrom()).isEqualTo(-2);
    assertThat(spec.getPolicy().getRetries()).isEqualTo(2);
    assertThat(spec.getPolicy().getTimeoutNanos()).isEqualTo(90_000_000_000L);
    cluster.job = ended(JobState.JOB_STATE_SUCCEEDED).build();
    assertThat(run("job", "last").exits(0).out()).startsWith("job         7 squares\n");
  }

  @Test
  void jsonStandsAloneOnStandardOutput() {
    Run run = run("submit", "--output", "json", "--", "true").exits(0).prints("{\"job\":7}\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void linesAreInputsWithOrWithoutAnEndOfTheLast() {
    submit("a b\r\n\nlast", "submit", "--lines", "-", "--", "cat").exits(0);
    assertThat(cluster.inputs).containsExactly("a b", "", "last");
  }

  @Test
  void noLinesAreNoInputs() {
    submit("", "submit", "--lines", "-", "--", "cat").exits(0);
    assertThat(cluster.inputs).isEmpty();
    assertThat(cluster.submitted.get(0).hasListed()).isTrue();
  }

  @Test
  void manyLinesTravelInManyMessages() {
    submit("line\n".repeat(100_000), "submit", "--lines", "-", "--", "cat").exits(0);
    assertThat(cluster.inputs).hasSize(100_000);
  }

  @Test
  void entriesOfAnArrayAreInputsAsTheyAreWritten() {
    submit("[1.10, \"ä\", {\"a\": [null]}]", "submit", "--json", "-", "--", "cat").exits(0);
    assertThat(cluster.inputs).containsExactly("1.10", "\"ä\"", "{\"a\":[null]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}|not a JSON array", "[1, x]|line 1, column", "[1|--json", "[] 2|more behind"})
  void whatIsNoArrayIsRefused(String json, String words) {
    submit(json, "submit", "--json", "-", "--", "cat").refuses(2, words);
  }

  @Test
  void inputsThatAreNestedTooDeeplyAreRefused() {
    submit("[".repeat(200_000), "submit", "--json", "-", "--", "cat").refuses(2, "depth");
  }

  @Test
  void aLargeInputBecomesABlob() {
    submit("x".repeat(100_000), "submit", "--lines", "-", "--", "cat").exits(0);
    assertThat(cluster.stored).singleElement().extracting(BlobRef::getSize).isEqualTo(100_000L);
    assertThat(cluster.inputs).containsExactly("");
  }

  @Test
  void aJobFileSaysWhatTheOptionsSay() throws IOException {
    Files.writeString(
        folder.resolve("job.yaml"),
        """
        name: hashes
        range: 0..3
        retries: 1
        env: {A: x y}
        where: [zone=a]
        command: [echo, "{}"]
        """);
    run("submit", "--file", "job.yaml", "--retries", "4").exits(0);
    var spec = cluster.submitted.get(0);
    assertThat(spec.getName()).isEqualTo("hashes");
    assertThat(spec.getRange().getUntil()).isEqualTo(3);
    assertThat(spec.getPolicy().getRetries()).isEqualTo(4);
    assertThat(PairsWire.fromProto(spec.getPolicy().getEnvList())).containsEntry("A", "x y");
    assertThat(PairsWire.fromProto(spec.getPolicy().getWhereList())).containsEntry("zone", "a");
    assertThat(spec.getCommand().getArgvList()).containsExactly("echo", "{}");
  }

  @Test
  void aJobFileMayHaveAnIoTask() throws IOException {
    Files.writeString(
        folder.resolve("job.yaml"),
        """
        io: sleep
        range: 0..100
        arg: {millis: 100}
        rate: 200/s
        limit-per-key: 3
        """);
    run("submit", "--file", "job.yaml").exits(0);
    var spec = cluster.submitted.get(0);
    assertThat(spec.getIo().getName()).isEqualTo("sleep");
    assertThat(PairsWire.fromProto(spec.getIo().getArgsList())).containsEntry("millis", "100");
    assertThat(spec.getPolicy().getRate()).isEqualTo(200);
    assertThat(spec.getPolicy().getLimitPerKey()).isEqualTo(3);
  }

  @Test
  void anUnknownKeyOfAJobFileIsNamedWithItsPlace() throws IOException {
    Files.writeString(folder.resolve("job.yaml"), "name: a\nretires: 1\n");
    run("submit", "--file", "job.yaml")
        .refuses(2, "job.yaml: line 2, column 1: unknown key 'retires': did you mean 'retries'?");
    Files.writeString(folder.resolve("job.yaml"), "name: a\nretries: x\n");
    run("submit", "--file", "job.yaml")
        .refuses(2, "job.yaml: line 2, column 10: Invalid value for 'retries'");
  }

  @Test
  void waitEndsAsTheJobDoes() {
    cluster.watched.add(ended(JobState.JOB_STATE_RUNNING).setSucceeded(1).setRunning(2).build());
    cluster.watched.add(ended(JobState.JOB_STATE_SUCCEEDED).build());
    Run good = run("wait", "7").exits(0).prints("");
    assertThat(good.err().lines())
        .containsExactly("job 7 running: 1/3", "job 7 succeeded in 1.5s: 3 tasks");
    cluster.watched.set(1, ended(JobState.JOB_STATE_FAILED).setSucceeded(2).setFailed(1).build());
    assertThat(run("watch", "7").exits(1).err()).contains("muster failures 7");
  }

  @Test
  void waitWithinATimeEndsInTime() {
    cluster.neverEnds = true;
    cluster.watched.add(ended(JobState.JOB_STATE_RUNNING).build());
    assertThat(run("wait", "7", "--within", "50ms").exits(124).err()).contains("it goes on");
  }

  @Test
  void aJobIsOneObject() {
    cluster.job =
        ended(JobState.JOB_STATE_SUCCEEDED)
            .setReduces(true)
            .setResult(values(Encoding.ENCODING_JSON, "[1, 2]"))
            .build();
    String expected =
        "{\"id\":7,\"name\":\"squares\",\"kind\":\"compute\",\"state\":\"succeeded\",\"tasks\":"
            + "{\"total\":3,\"waiting\":0,\"running\":0,\"succeeded\":3,\"failed\":0,\"cancelled\":0},"
            + "\"submitted\":\"1970-01-01T00:00:00Z\",\"started\":\"1970-01-01T00:00:01Z\","
            + "\"finished\":\"1970-01-01T00:00:02.500Z\",\"result\":[1, 2],\"error\":null,"
            + "\"user\":\"ann\"}\n";
    run("job", "7", "--output", "json").exits(0).prints(expected);
    run("--output", "json", "jobs").exits(0).prints(expected);
    assertThat(run("jobs").out()).contains("3/3").contains("squares");
  }

  @Test
  void aTotalThatIsNotKnownIsNull() {
    cluster.job = ended(JobState.JOB_STATE_OPEN).clearTotal().clearFinished().build();
    assertThat(run("job", "7", "--output", "json").out())
        .contains("\"state\":\"open\"", "\"total\":null", "\"finished\":null");
  }

  @Test
  void resultsAreOneALineWithoutTheirLastNewline() {
    results(values(Encoding.ENCODING_BYTES, "a\n", "b\n\n", ""));
    run("results", "7").exits(0).prints("a\nb\n\n\n");
    run("results", "7", "--format", "null").exits(0).prints("a\0b\n\0\0");
    run("results", "7", "--format", "raw").exits(0).prints("a\nb\n\n");
    run("results", "7", "--output", "json")
        .exits(0)
        .prints(
            "{\"task\":0,\"result\":\"a\\n\",\"encoding\":\"text\"}\n"
                + "{\"task\":1,\"result\":\"b\\n\\n\",\"encoding\":\"text\"}\n"
                + "{\"task\":2,\"result\":\"\",\"encoding\":\"text\"}\n");
  }

  @Test
  void jsonResultsAreThemselves() {
    results(values(Encoding.ENCODING_JSON, "{\"a\":1}", "\"text\"", "null"));
    run("results", "7").exits(0).prints("{\"a\":1}\ntext\nnull\n");
    assertThat(run("results", "7", "--output", "json").out())
        .startsWith("{\"task\":0,\"result\":{\"a\":1},\"encoding\":\"json\"}\n");
  }

  @Test
  void bytesThatAreNoTextAreBase64() {
    results(
        Values.newBuilder()
            .setEncoding(Encoding.ENCODING_BYTES)
            .setBytes(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .addLengths(1)
            .build());
    run("results", "7", "--output", "json")
        .prints("{\"task\":0,\"result\":\"/w==\",\"encoding\":\"base64\"}\n");
  }

  @Test
  void aLargeResultComesFromTheBlobs() {
    cluster.blob = "large".getBytes(StandardCharsets.UTF_8);
    var ref = BlobRef.newBuilder().setSha256(ByteString.copyFrom(new byte[32])).setSize(5);
    results(
        Values.newBuilder()
            .setEncoding(Encoding.ENCODING_BYTES)
            .addLengths(0)
            .addBlobs(Values.BlobValue.newBuilder().setBlob(ref))
            .build());
    run("results", "7").exits(0).prints("large\n");
    run("results", "7", "--output", "json")
        .prints("{\"task\":0,\"result\":\"large\",\"encoding\":\"text\"}\n");
  }

  @Test
  void missingResultsAreSkippedAndSaidByTheExitCode() {
    results(values(Encoding.ENCODING_JSON, "1"));
    cluster.job = ended(JobState.JOB_STATE_FAILED).setSucceeded(1).setFailed(2).build();
    Run run = run("results", "7").exits(1).prints("1\n");
    assertThat(run.err()).contains("2 of 3 results are missing", "muster failures 7");
  }

  @Test
  void ofAJobThatReducesTheOneResultIsPrinted() {
    results(values(Encoding.ENCODING_JSON, "25"));
    cluster.job = ended(JobState.JOB_STATE_SUCCEEDED).setReduces(true).build();
    run("results", "7").exits(0).prints("25\n");
    run("results", "7", "--output", "json").prints("{\"result\":25,\"encoding\":\"json\"}\n");
  }

  @Test
  void failuresAreALineATask() {
    cluster.failures.add(
        FailureView.newBuilder()
            .setTask(3)
            .setTry(2)
            .setWorker("w1")
            .setFailure(
                Failure.newBuilder()
                    .setKind(FailureKind.FAILURE_KIND_EXIT)
                    .setMessage("exit\u001b[31m 3")
                    .setExitCode(3)
                    .setStderr("trying\nno\u001b such thing\n\n"))
            .build());
    run("failures", "7").exits(0).prints("task 3 try 2 on w1: exit: exit [31m 3: no such thing\n");
    run("failures", "7", "--output", "json")
        .prints(
            "{\"task\":3,\"try\":2,\"kind\":\"exit\",\"message\":\"exit\\u001B[31m 3\",\"worker\":\"w1\","
                + "\"exitCode\":3,\"signal\":null,\"stackTrace\":\"\",\"stderr\":\"trying\\nno\\u001B such thing\\n\\n\"}\n");
  }

  @Test
  void failuresOfAJobThatFailedAsAWholeAreItsOwn() {
    cluster.job =
        ended(JobState.JOB_STATE_FAILED)
            .setError(
                JobError.newBuilder()
                    .setPhase("reduce")
                    .setFailure(
                        Failure.newBuilder()
                            .setKind(FailureKind.FAILURE_KIND_EXCEPTION)
                            .setType("java.lang.IllegalStateException")
                            .setMessage("too few")))
            .build();
    run("failures", "7")
        .exits(0)
        .prints("job 7: reduce: java.lang.IllegalStateException: too few\n");
  }

  @Test
  void logsAreTheBytesThatWerePrinted() {
    cluster.logs.add(
        LogPiece.newBuilder()
            .setTask(1)
            .setTry(1)
            .setBytes(ByteString.copyFromUtf8("hi\n"))
            .build());
    run("logs", "7", "--task", "1").exits(0).prints("hi\n");
    assertThat(cluster.asked).containsExactly("logs 1");
    run("logs", "7", "--output", "json")
        .prints("{\"task\":1,\"try\":1,\"stream\":\"stdout\",\"text\":\"hi\\n\"}\n");
  }

  @Test
  void workersAreALineEach() {
    cluster.workers.add(
        WorkerView.newBuilder()
            .setId("w1")
            .setAddress("h:1")
            .setSlots(2)
            .setState("up")
            .addLabels(Pair.newBuilder().setKey("zone").setValue("a"))
            .setVersion("0.1.0")
            .build());
    run("workers", "--output", "json")
        .prints(
            "{\"id\":\"w1\",\"address\":\"h:1\",\"slots\":2,\"busy\":0,\"ioRunning\":0,"
                + "\"state\":\"up\",\"labels\":{\"zone\":\"a\"},\"version\":\"0.1.0\"}\n");
    assertThat(run("workers").out()).contains("zone=a");
  }

  @Test
  void verbsReachTheCoordinator() {
    run("cancel", "7").exits(0);
    run("retry", "7").exits(0);
    run("drain", "w1").exits(0);
    run("explain", "7", "3").exits(0).prints("job 7 task 3 waits\n");
    run("explain", "7", "--output", "json").prints("{\"lines\":[\"job 7 waits\"]}\n");
    assertThat(cluster.asked).isEqualTo(List.of("cancel 7", "retry 7", "drain w1"));
  }

  @Test
  void helpAndCompletionAreThereForEveryCommand() {
    String commands = run("--help").exits(0).out();
    for (String name :
        List.of("submit", "results", "explain", "drain", "demo", "worker", "start")) {
      assertThat(commands).contains("  " + name + " ");
    }
    assertThat(run("submit", "--help").exits(0).out()).contains("--max-failures", "Examples:");
    assertThat(run("generate-completion").exits(0).out()).contains("--crash-limit");
    assertThat(run("--version").exits(0).out()).startsWith("muster ");
  }
}
