package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * The image, on a base of {@code -Dmuster.image.base=} (jre:17; any image with a Java runtime), or
 * {@code -Dmuster.image=} if that is built already. Skipped without a Docker Engine that has it:
 * nothing is pulled.
 */
@ExtendWith(ContainersIT.Said.class)
class ContainersIT {
  private static final String BASE = System.getProperty("muster.image.base", "jre:17");
  private static final String GIVEN = System.getProperty("muster.image", "");
  private static final String IMAGE = GIVEN.isEmpty() ? "muster:it" : GIVEN;

  private static final long MOST_OVER_BASE = 250_000_000;

  /** More than can be done before a test opens its gate. */
  private static final int TASKS = 60_000;

  private static ContainerCluster cluster;

  @BeforeAll
  static void start() {
    if (DockerEngine.has(GIVEN.isEmpty() ? BASE : GIVEN)) {
      if (GIVEN.isEmpty()) {
        DockerEngine.build(IMAGE, Path.of(System.getProperty("muster.package")), BASE);
      }
      cluster = ContainerCluster.started(IMAGE);
    }
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
      if (GIVEN.isEmpty()) {
        DockerEngine.client().removeImageCmd(IMAGE).withNoPrune(true).exec();
      }
    }
  }

  @BeforeEach
  void requireEngine() {
    assumeTrue(
        cluster != null,
        "needs a Docker Engine with the image "
            + BASE
            + " (or -Dmuster.image.base=, a Java runtime)");
  }

  private static String submit(String gate) {
    String id =
        cluster
            .cli(
                MusterCluster.taskArguments(
                    "submit",
                    "SquareUnhurried",
                    "--range",
                    "0.." + TASKS,
                    "--crash-limit",
                    "1",
                    "--arg",
                    cluster.gate(gate)))
            .succeeds()
            .out()
            .strip();
    cluster.awaitAllBusy();
    return id;
  }

  /** Its last tasks may hurry now, and nothing is missing, wrong, or was charged for. */
  private static void endsWithEveryResult(String id, String gate) {
    JsonNode before = job(id);
    assertThat(before.get("finished").isNull()).as("it lasted all the while: " + before).isTrue();
    cluster.open(gate);
    cluster.cli("wait", id, "--within", "3m").succeeds();
    assertThat(job(id).at("/tasks/succeeded").asLong()).isEqualTo(TASKS);
    assertThat(cluster.cli("results", id).succeeds().lines())
        .isEqualTo(LongStream.range(0, TASKS).mapToObj(i -> Long.toString(i * i)).toList());
    assertThat(cluster.cli("failures", id).succeeds().out()).isEmpty();
  }

  private static JsonNode job(String id) {
    return cluster.cli("job", id, "--output", "json").succeeds().json();
  }

  @Test
  void fromOneWorkerToFiveToTwoInTheMiddleOfAJobLosesNothing() {
    cluster.scaleTo(1);
    String id = submit("scaled");
    cluster.scaleTo(5);
    cluster.awaitAllBusy();
    cluster.scaleTo(2);
    endsWithEveryResult(id, "scaled");
  }

  @Test
  void aRestartOfEverythingInTheMiddleOfAJobLosesNothing() {
    cluster.scaleTo(2);
    String id = submit("restarted");
    cluster.restartAll();
    cluster.awaitAllBusy();
    endsWithEveryResult(id, "restarted");
    cluster.awaitHealthy();
  }

  @Test
  void tasksAreNobodyOnARootThatCannotBeWritten() {
    cluster.scaleTo(1);
    String look = "id -u; touch /opt/muster/x 2>&1 | grep -o Read-only; cat /proc/1/comm; env";
    String id =
        cluster
            .cli("submit", "--wait", "--cwd", "task", "--", "sh", "-c", look)
            .succeeds()
            .out()
            .strip();
    List<String> seen = cluster.cli("results", id).succeeds().lines();
    assertThat(seen).startsWith("10001", "Read-only", "tini");
    assertThat(seen).noneMatch(line -> line.startsWith("MUSTER_TOKEN"));
  }

  @Test
  void whoHasNoTokenOrAWorkersIsNotLetIn() {
    cluster.cliAs("", "jobs").refuses(3, "give --token");
    String worker =
        cluster
            .cli("token", "create", "worker", "--output", "json")
            .succeeds()
            .json()
            .get("token")
            .asText();
    cluster.cliAs(worker, "submit", "--", "true").refuses(5, "has the role worker");
  }

  @Test
  void theImageIsNotMuchLargerThanItsBase() {
    assumeTrue(GIVEN.isEmpty(), "whoever gave the image knows its base");
    assertThat(DockerEngine.size(IMAGE) - DockerEngine.size(BASE)).isLessThan(MOST_OVER_BASE);
  }

  /** What the nodes said, when a test failed. */
  static final class Said implements TestWatcher {
    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
      System.out.println("FAILED " + context.getDisplayName());
      if (cluster != null) {
        cluster.dump(System.out);
      }
    }
  }
}
