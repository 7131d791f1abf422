package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Built-in I/O tasks against servers that do what they like, in a real worker. */
@ExtendWith(ClusterLogs.class)
class OddServersIT {
  private static final int GOOD = 200;

  private static MusterCluster cluster;
  private static OddServer server;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(1, 1);
    server = new OddServer();
  }

  @AfterAll
  static void stop() {
    server.close();
    cluster.close();
  }

  private static String get(List<String> urls, String... options) throws IOException {
    Path file = Files.write(cluster.folder().resolve("urls.txt"), urls);
    List<String> all = new ArrayList<>(List.of("--io", "http-get", "--lines", file.toString()));
    all.addAll(List.of(options));
    return cluster.run(all.toArray(String[]::new));
  }

  private static List<String> good() {
    return IntStream.range(0, GOOD).mapToObj(i -> server.url("good" + i)).toList();
  }

  @Test
  void eachIsToldByItsFaultAndItsNeighboursSucceed() throws IOException {
    record Fault(String url, String message) {}
    String host = server.place();
    List<Fault> faults =
        List.of(
            new Fault(server.url("reset"), host + ": Connection reset"),
            new Fault(server.url("headers"), "eader"),
            new Fault(server.url("body"), host + " sends a body of more than 102400 bytes"),
            new Fault(server.url("garbage"), host + " does not speak HTTP"),
            new Fault(server.url("circle-a"), host + " redirects in a circle"),
            new Fault("http://no-such-host.invalid/", "no such host: no-such-host.invalid"),
            new Fault("http://127.0.0.1:1/", "cannot connect to 127.0.0.1:1: connection refused"));
    List<String> urls = Stream.concat(faults.stream().map(Fault::url), good().stream()).toList();
    String id = get(urls, "--arg", "timeout=5m", "--arg", "max-size=100k", "--circuit", "0");
    List<JsonNode> failures = cluster.failures(id);
    assertThat(failures).hasSize(faults.size());
    for (int i = 0; i < faults.size(); i++) {
      JsonNode failure = failures.get(i);
      assertThat(failure.get("task").asInt()).isEqualTo(i);
      assertThat(failure.get("kind").asText()).isEqualTo("exception");
      assertThat(failure.get("message").asText()).contains(faults.get(i).message());
    }
    assertThat(cluster.job(id).at("/tasks/succeeded").asInt()).isEqualTo(GOOD);
  }

  @Test
  void whoNeverAnswersIsAskedForNoLongerThanItsTime() throws IOException {
    String id = get(List.of(server.url("never")), "--arg", "timeout=1s");
    assertThat(cluster.failures(id))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.get("message").asText())
                    .contains(server.place() + " did not answer within 1.0 s"));
  }

  @Test
  void whoAsksToBeLeftAloneIsAskedAgainWhenItSaid() throws IOException {
    List<String> urls = IntStream.range(0, 20).mapToObj(i -> server.url("busy" + i)).toList();
    String id = get(urls, "--retries", "1", "--circuit", "0");
    assertThat(cluster.failures(id)).as("a try before its second would have failed").isEmpty();
    assertThat(cluster.job(id).at("/tasks/succeeded").asInt()).isEqualTo(20);
  }

  @Test
  void neverMoreThanItsLimitAreAskedOfAHostAtOnce() throws IOException {
    try (OddServer slow = new OddServer()) {
      List<String> urls = IntStream.range(0, 100).mapToObj(i -> slow.url("slow" + i)).toList();
      String id = get(urls, "--limit-per-key", "3");
      assertThat(cluster.job(id).at("/tasks/succeeded").asInt()).isEqualTo(100);
      assertThat(slow.mostAtOnce()).isBetween(2, 3);
    }
  }
}
