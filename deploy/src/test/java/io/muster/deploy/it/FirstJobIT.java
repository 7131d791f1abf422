package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a user does first, through the packaged jars, as the contract says it. */
@ExtendWith(ClusterLogs.class)
class FirstJobIT {
  private static MusterCluster cluster;
  private static List<MusterCluster.Worker> workers;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.prepared(JvmFlags::asUsersStartThem);
    cluster.startCoordinator();
    workers =
        List.of(
            cluster.startWorker("--slots", "1", "--label", "zone=a"),
            cluster.startWorker("--slots", "1", "--label", "zone=b"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  @Tag("smoke")
  void nodesPrintTheirReadyLineAndNothingElse() {
    assertThat(cluster.coordinator().out()).hasSize(1);
    assertThat(cluster.coordinator().err()).isEmpty();
    for (MusterCluster.Worker worker : workers) {
      assertThat(worker.process().out()).hasSize(1);
      assertThat(worker.process().err()).isEmpty();
    }
  }

  @Test
  @Tag("smoke")
  void aRangeJobGivesEachResultInOrder() {
    String id = cluster.runTask("Square", "--range", "0..1000");
    assertThat(cluster.results(id))
        .isEqualTo(LongStream.range(0, 1000).mapToObj(i -> Long.toString(i * i)).toList());
    JsonNode job = cluster.job(id);
    assertThat(job.get("id").asText()).isEqualTo(id);
    assertThat(job.get("kind").asText()).isEqualTo("compute");
    assertThat(job.get("state").asText()).isEqualTo("succeeded");
    assertThat(job.get("tasks").toString())
        .isEqualTo(
            "{\"total\":1000,\"waiting\":0,\"running\":0,\"succeeded\":1000,\"failed\":0,\"cancelled\":0}");
    assertThat(Instant.parse(job.get("submitted").asText()))
        .isBeforeOrEqualTo(Instant.parse(job.get("started").asText()));
    assertThat(Instant.parse(job.get("started").asText()))
        .isBeforeOrEqualTo(Instant.parse(job.get("finished").asText()));
    assertThat(job.get("name").asText()).isNotEmpty();
    assertThat(job.has("result")).as(job.toString()).isTrue();
    assertThat(job.get("result").isNull()).isTrue();
    assertThat(job.get("error").isNull()).isTrue();
  }

  @Test
  void resultsInJsonNameTaskAndEncoding() {
    String id = cluster.runTask("Square", "--range", "5..8");
    assertThat(cluster.cli("--output", "json", "results", id).succeeds().lines())
        .hasSize(3)
        .first()
        .isEqualTo("{\"task\":0,\"result\":25,\"encoding\":\"json\"}");
    assertThat(cluster.cli("results", id, "--format", "null").succeeds().out())
        .isEqualTo("25\u000036\u000049\0");
  }

  @Test
  void submitPrintsTheIdAloneAndLastIsTheLastSubmission() {
    CliRun plain =
        cluster.cli(MusterCluster.taskArguments("submit", "Square", "--range", "0..1")).succeeds();
    assertThat(plain.out()).matches("\\d+\n");
    assertThat(plain.err()).isEqualTo("job " + plain.out().strip() + " submitted\n");

    CliRun json =
        cluster
            .cli(
                MusterCluster.taskArguments(
                    "submit", "Square", "--range", "3..4", "--output", "json"))
            .succeeds();
    assertThat(json.json().fieldNames()).toIterable().containsExactly("job");
    String id = json.json().get("job").asText();
    cluster.cli("wait", "last", "--within", "5m").succeeds();
    assertThat(cluster.cli("results", "last").succeeds().out()).isEqualTo("9\n");
    assertThat(cluster.job("last").get("id").asText()).isEqualTo(id);
  }

  @Test
  @Tag("smoke")
  void aCommandRunsOnEveryLine() {
    CliRun run =
        cluster
            .cliFed(
                "one\ntwo words\n\nfour",
                "submit",
                "--wait",
                "--lines",
                "-",
                "--",
                "sh",
                "-c",
                "echo \"<$1> $2\" | tr a-z A-Z; echo noise >&2",
                "sh",
                "{}",
                "{#}")
            .succeeds();
    String id = run.out().strip();
    assertThat(cluster.results(id)).containsExactly("<ONE> 0", "<TWO WORDS> 1", "<> 2", "<FOUR> 3");
    assertThat(cluster.cli("results", id, "--output", "json").jsonLines().get(1).toString())
        .isEqualTo("{\"task\":1,\"result\":\"<TWO WORDS> 1\\n\",\"encoding\":\"text\"}");
    assertThat(cluster.job(id).get("kind").asText()).isEqualTo("command");
    assertThat(cluster.cli("logs", id, "--task", "2").succeeds().out()).contains("noise");
  }

  @Test
  void bytesThatAreNoTextCrossAsBase64AndRaw() {
    String id = cluster.run("--", "printf", "\\377\\376");
    assertThat(cluster.cli("results", id, "--output", "json").jsonLines().get(0).toString())
        .isEqualTo("{\"task\":0,\"result\":\"//4=\",\"encoding\":\"base64\"}");
  }

  @Test
  void linesOfAFileAreInputsOfATask() throws IOException {
    Path lines = Files.writeString(cluster.folder().resolve("lines.txt"), "a\nbb\r\nccc\n");
    String id =
        cluster.run(
            "--lines",
            lines.toString(),
            "--jar",
            TasksJar.PATH.toString(),
            "--task",
            TasksJar.named("Length"));
    assertThat(cluster.results(id)).containsExactly("1", "2", "3");
  }

  @Test
  void entriesOfAJsonArrayAreInputsOfATask() {
    CliRun run =
        cluster
            .cliFed(
                "[2, 3,\n 4]",
                MusterCluster.taskArguments("submit", "Square", "--wait", "--json", "-"))
            .succeeds();
    assertThat(cluster.results(run.out().strip())).containsExactly("4", "9", "16");
  }

  @Test
  void aCombiningRangeHasOneResult() {
    String id = cluster.runTask("SumRange", "--range", "0..1000000");
    assertThat(cluster.results(id)).containsExactly("499999500000");
    assertThat(cluster.cli("results", id, "--output", "json").json().toString())
        .isEqualTo("{\"result\":499999500000,\"encoding\":\"json\"}");
    JsonNode job = cluster.job(id);
    assertThat(job.at("/tasks/total").asLong()).isEqualTo(1_000_000);
    assertThat(job.get("result").asLong()).isEqualTo(499_999_500_000L);
  }

  @Test
  void aRangeTaskWithoutCombineGetsFixedPieces() {
    String id = cluster.runTask("PieceOfRange", "--range", "10..35", "--chunk", "10");
    assertThat(cluster.results(id)).containsExactly("10-20", "20-30", "30-35");
  }

  @Test
  @Tag("smoke")
  void aJobSplitsItselfAndReduces() {
    String id = cluster.runTask("Phases", "--arg", "n=1000");
    assertThat(cluster.results(id)).containsExactly("332833500");
    assertThat(cluster.cli("results", id, "--tasks").succeeds().lines())
        .hasSize(1000)
        .startsWith("0", "1", "4");
    assertThat(cluster.job(id).get("result").asLong()).isEqualTo(332_833_500L);
  }

  @Test
  void withoutInputsThereIsOneTask() {
    String id = cluster.run("--", "echo", "{}", "{#}");
    assertThat(cluster.results(id)).containsExactly("{} {#}");
    assertThat(cluster.job(id).at("/tasks/total").asLong()).isEqualTo(1);
  }

  @Test
  void noInputsAtAllIsAJobThatSucceeded() {
    String empty = cluster.runTask("Square", "--range", "7..7");
    assertThat(cluster.job(empty).get("state").asText()).isEqualTo("succeeded");
    assertThat(cluster.job(empty).at("/tasks/total").asLong()).isZero();
    assertThat(cluster.cli("results", empty).succeeds().out()).isEmpty();
    CliRun lines = cluster.cli("submit", "--wait", "--lines", "-", "--", "echo", "{}").succeeds();
    assertThat(cluster.job(lines.out().strip()).at("/tasks/total").asLong()).isZero();
  }

  @Test
  @Tag("smoke")
  void aFailedTaskIsTold() {
    String[] arguments =
        MusterCluster.taskArguments("submit", "ThrowsOnOdd", "--wait", "--range", "0..10");
    CliRun run = cluster.cli(arguments).exits(1).saysNoStackTrace();
    String id = run.out().strip();
    assertThat(cluster.cli("wait", id).exitCode()).isEqualTo(1);
    assertThat(cluster.cli("results", id).exits(1).lines())
        .containsExactly("0", "2", "4", "6", "8");
    List<JsonNode> failures = cluster.failures(id);
    assertThat(failures).hasSize(5);
    JsonNode first = failures.get(0);
    assertThat(first.fieldNames())
        .toIterable()
        .contains(
            "task",
            "try",
            "kind",
            "message",
            "worker",
            "exitCode",
            "signal",
            "stackTrace",
            "stderr");
    assertThat(first.get("task").asLong()).isEqualTo(1);
    assertThat(first.get("try").asInt()).isEqualTo(1);
    assertThat(first.get("kind").asText()).isEqualTo("exception");
    assertThat(first.get("message").asText()).contains("odd: 1");
    assertThat(first.get("worker").asText())
        .isIn(workers.stream().map(MusterCluster.Worker::id).toList());
    assertThat(cluster.cli("failures", id).succeeds().out()).contains("odd: 1", "odd: 9");
  }

  @Test
  void aJobThatSucceededHasNoFailures() {
    String id = cluster.runTask("Square", "--range", "0..3");
    assertThat(cluster.cli("failures", id).succeeds().out()).isEmpty();
    assertThat(cluster.failures(id)).isEmpty();
  }

  @Test
  @Tag("smoke")
  void whatATaskPrintsIsItsLog() {
    String id = cluster.runTask("SaysProcess", "--range", "0..3", "--arg", "millis=0");
    assertThat(cluster.cli("logs", id, "--task", "1").succeeds().out())
        .contains("1 in ")
        .doesNotContain("0 in ", "2 in ");
    assertThat(cluster.cli("logs", id).succeeds().out()).contains("0 in ", "1 in ", "2 in ");
    assertThat(cluster.cli("logs", id, "-f").succeeds().out()).contains("0 in ", "1 in ", "2 in ");
  }

  @Test
  void workersShowsBothInPlainAndJson() {
    List<JsonNode> all = cluster.cli("workers", "--output", "json").succeeds().jsonLines();
    assertThat(all).hasSize(2);
    assertThat(all.get(0).fieldNames())
        .toIterable()
        .contains("id", "address", "slots", "busy", "ioRunning", "state", "labels", "version");
    assertThat(all.get(0).get("state").asText()).isEqualTo("up");
    assertThat(all.get(0).at("/labels/zone").asText()).isEqualTo("a");
    CliRun plain = cluster.cli("workers").succeeds();
    workers.forEach(worker -> assertThat(plain.out()).contains(worker.id()));
  }

  @Test
  void jobsListsEveryJob() {
    String id = cluster.runTask("Square", "--range", "0..2", "--name", "two squares");
    CliRun plain = cluster.cli("jobs").succeeds();
    assertThat(plain.out()).contains("two squares");
    List<JsonNode> all = cluster.cli("jobs", "--output", "json").succeeds().jsonLines();
    assertThat(all).anySatisfy(job -> assertThat(job.get("id").asText()).isEqualTo(id));
    assertThat(cluster.cli("job", id).succeeds().out()).contains("two squares", "succeeded");
  }

  @Test
  void aLabelSaysWhereAJobRuns() {
    String id =
        cluster.runTask(
            "SaysProcess", "--range", "0..20", "--arg", "millis=1", "--where", "zone=b");
    assertThat(cluster.results(id).stream().distinct()).hasSize(1);
  }

  @Test
  void explainSaysWhyAJobWaits() {
    String id = cluster.submitTask("Square", "--range", "0..1", "--where", "zone=nowhere");
    CliRun explained = cluster.cli("explain", id).succeeds();
    assertThat(explained.out()).contains("zone=nowhere");
    assertThat(cluster.cli("wait", id, "--within", "1s").exitCode()).isEqualTo(124);
    cluster.cli("cancel", id).succeeds();
    assertThat(cluster.job(id).get("state").asText()).isEqualTo("cancelled");
    assertThat(cluster.cli("wait", id).exitCode()).isEqualTo(1);
  }

  @Test
  void resultsCanBeFollowed() {
    String id = cluster.submitTask("SlowSquare", "--range", "0..50", "--arg", "millis=10");
    assertThat(cluster.cli("results", id, "-f").succeeds().lines()).hasSize(50).endsWith("2401");
  }

  @Test
  void aForgottenJobIsGone() {
    String id = cluster.runTask("Square", "--range", "0..1");
    cluster.cli("forget", id).succeeds();
    cluster.cli("job", id).refuses(4, id);
  }

  @Test
  void retryRunsWhatHasNotSucceeded() throws IOException {
    Path flag = cluster.folder().resolve("flag");
    String id =
        cluster.run("--range", "0..4", "--", "sh", "-c", "[ $1 != 2 ] || cat " + flag, "sh", "{}");
    assertThat(cluster.failure(id).get("task").asLong()).isEqualTo(2);
    Files.writeString(flag, "now\n");
    cluster.cli("retry", id).succeeds();
    cluster.cli("wait", id).succeeds();
    assertThat(cluster.results(id)).containsExactly("", "", "now", "");
    assertThat(cluster.failures(id)).isEmpty();
  }

  @Test
  @Tag("smoke")
  void httpServesHealthMetricsAndAPage() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    List<String> bodies = new ArrayList<>();
    for (String path : List.of("/healthz", "/readyz", "/metrics", "/")) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(cluster.http() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      bodies.add(response.body());
    }
    assertThat(bodies.get(2)).contains("# TYPE muster_");
    assertThat(bodies.get(3)).contains("<html");
  }

  @Test
  @Tag("smoke")
  void anExampleCountsPrimes() {
    String id =
        cluster.run(
            "--range",
            "0..10000000",
            "--jar",
            MusterCluster.jar("muster.examples.jar").toString(),
            "--task",
            "io.muster.examples.PrimeCount");
    assertThat(cluster.results(id)).containsExactly("664579");
  }
}
