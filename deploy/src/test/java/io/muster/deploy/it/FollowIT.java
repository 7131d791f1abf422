package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who follows a job when its coordinator goes away and comes back. */
@ExtendWith(ClusterLogs.class)
class FollowIT {
  private static final int TASKS = 30;

  private MusterCluster cluster;
  private String id;
  private RunningProcess results;
  private RunningProcess logs;

  @BeforeEach
  void start() {
    cluster = MusterCluster.started(1, 1);
    id =
        cluster
            .cli(
                "submit",
                "--range",
                "0.." + TASKS,
                "--",
                "sh",
                "-c",
                "[ {} -lt 10 ] || until [ -e "
                    + gate()
                    + " ]; do sleep 0.05; done; echo log {} >&2; echo {}")
            .succeeds()
            .out()
            .strip();
    results = cluster.cliStarted("results", id, "-f");
    logs = cluster.cliStarted("logs", id, "-f");
    results.awaitOutLines(2);
    logs.awaitOutLines(2);
  }

  /** What the tasks wait for, so that the job lasts as long as the test wants. */
  private Path gate() {
    return cluster.folder().resolve("gate");
  }

  @AfterEach
  void stop() {
    results.close();
    logs.close();
    cluster.close();
  }

  @Test
  void aKilledCoordinatorIsSaidAndTheSameCommandFollowsAgain() throws IOException {
    cluster.killCoordinator();
    cutOff("connection lost");
    cluster.startCoordinator();
    followedToTheEnd();
  }

  @Test
  void aStoppedCoordinatorIsSaidAndTheSameCommandFollowsAgain() throws IOException {
    try (RunningProcess waiting = cluster.cliStarted("wait", id)) {
      waiting.awaitErr(line -> line.contains("running"));
      cluster.cli("stop").succeeds();
      cutOff("it stopped");
      assertThat(waiting.awaitErr(line -> line.startsWith("muster: ")))
          .isEqualTo(
              "muster: the coordinator at "
                  + cluster.api()
                  + " went away (it stopped); trying again");
      assertThat(cluster.coordinator().awaitExit()).isZero();
      cluster.startCoordinator();
      followedToTheEnd();
      assertThat(waiting.awaitExit()).as(waiting.err().toString()).isZero();
    }
  }

  /** Both end with 3 and a line that says how to go on; what they printed is whole. */
  private void cutOff(String reason) {
    for (RunningProcess follower : List.of(results, logs)) {
      assertThat(follower.awaitExit()).as(follower.err().toString()).isEqualTo(3);
      String command = follower == results ? "results" : "logs";
      assertThat(follower.err())
          .containsExactly(
              "muster: the coordinator at "
                  + cluster.api()
                  + " went away ("
                  + reason
                  + "); job "
                  + id
                  + " goes on, 'muster "
                  + command
                  + " "
                  + id
                  + " -f' follows it again");
    }
    assertThat(results.out()).isEqualTo(lines("").subList(0, results.out().size()));
    assertThat(logs.out()).isEqualTo(lines("log ").subList(0, logs.out().size()));
  }

  private void followedToTheEnd() throws IOException {
    Files.createFile(gate());
    assertThat(cluster.cli("results", id, "-f").succeeds().lines()).isEqualTo(lines(""));
    assertThat(cluster.cli("logs", id, "-f").succeeds().lines())
        .as("what was written and not yet acknowledged may be said again")
        .hasSameElementsAs(lines("log "));
    assertThat(cluster.failures(id)).isEmpty();
  }

  private static List<String> lines(String before) {
    return LongStream.range(0, TASKS).mapToObj(i -> before + i).toList();
  }
}
