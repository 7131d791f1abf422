package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A journal in PostgreSQL, in a container of {@code -Dmuster.postgres.image=} (postgres:15): any
 * image with Debian's or Docker's PostgreSQL 15 will do. Skipped without a Docker Engine that has
 * it: nothing is pulled.
 */
@ExtendWith(ClusterLogs.class)
class PostgresIT {
  private static final String IMAGE = System.getProperty("muster.postgres.image", "postgres:15");
  private static final int PORT = 5432;
  private static final String DOWN = "/tmp/down";

  /**
   * In the place of the image's own start-up, which not every image has. When PostgreSQL ends it is
   * started again, but not while {@link #DOWN} is there.
   */
  private static final String START =
      """
      export PATH=$PATH:/usr/lib/postgresql/15/bin PGDATA=/tmp/pg
      initdb --auth=trust --username=muster >/tmp/initdb.log || exit 1
      echo 'host all all all scram-sha-256' >$PGDATA/pg_hba.conf
      printf "ALTER USER muster PASSWORD 'secret'\\nCREATE DATABASE muster\\n" |
        postgres --single postgres >/tmp/single.log || exit 1
      while true; do
        postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
        while [ -e %s ]; do sleep 0.1; done
      done
      """
          .formatted(DOWN);

  private static GenericContainer<?> postgres;

  private MusterCluster cluster;

  @BeforeAll
  @SuppressWarnings("resource") // closed in stop
  static void startPostgres() {
    if (!DockerEngine.has(IMAGE)) {
      return;
    }
    postgres =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withCreateContainerCmdModifier(
                create -> create.withEntrypoint("sh", "-c", START).withCmd().withUser("postgres"))
            .withExposedPorts(PORT)
            .waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 1));
    postgres.start();
  }

  @AfterAll
  static void stopPostgres() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @BeforeEach
  void start() {
    assumeTrue(
        postgres != null, "needs a Docker Engine with the image " + IMAGE + " (docker pull)");
    cluster = MusterCluster.prepared();
  }

  /** Without a word to who is connected. */
  private static void crashPostgres() {
    assertThat(run("touch", DOWN)).isZero();
    assertThat(run(program("pg_ctl"), "stop", "-D", "/tmp/pg", "-m", "immediate")).isZero();
  }

  private static void startPostgresAgain() {
    assertThat(run("rm", DOWN)).isZero();
    Until.holds(
        () -> "PostgreSQL is not back", () -> run(program("pg_isready"), "-h", "127.0.0.1") == 0);
  }

  private static String program(String name) {
    return "/usr/lib/postgresql/15/bin/" + name;
  }

  private static int run(String... command) {
    try {
      return postgres.execInContainer(command).getExitCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String place() {
    return "jdbc:postgresql://"
        + postgres.getHost()
        + ":"
        + postgres.getMappedPort(PORT)
        + "/muster";
  }

  /** As a property, so that the fixture starts it in its usual way. */
  private RunningProcess startCoordinator() {
    return cluster.startCoordinator(
        "-Dmuster.coordinator.journal=" + place() + "?user=muster&password=secret");
  }

  @Test
  void whatWasAcknowledgedOutlivesACoordinatorThatIsKilled() {
    startCoordinator();
    cluster.startWorker("--slots", "2");
    String before = cluster.runTask("Square", "--range", "0..100");
    String during =
        cluster.submitTask("SlowSquare", "--range", "0..200", "--arg", cluster.gate("killed"));
    cluster.awaitRunning(during, 1);
    cluster.killCoordinator();
    startCoordinator();
    cluster.open("killed");
    cluster.cli("wait", during, "--within", "5m").succeeds();
    for (String id : List.of(before, during)) {
      long tasks = id.equals(before) ? 100 : 200;
      assertThat(cluster.results(id))
          .isEqualTo(LongStream.range(0, tasks).mapToObj(i -> Long.toString(i * i)).toList());
      assertThat(cluster.failures(id)).isEmpty();
    }
  }

  @Test
  void aDatabaseThatCrashesCostsNothingThatWasAcknowledged() {
    startCoordinator();
    MusterCluster.Worker worker = cluster.startWorker("--slots", "2");
    String id =
        cluster.submitTask("SlowSquare", "--range", "0..200", "--arg", cluster.gate("crashed"));
    cluster.awaitRunning(id, 1);
    crashPostgres();
    cluster.open("crashed"); // something is to be written
    assertThat(cluster.coordinator().awaitExit()).isEqualTo(5);
    assertThat(cluster.coordinator().err()).hasSize(1);
    assertThat(cluster.coordinator().err().get(0))
        .startsWith("start: the coordinator cannot go on: the journal " + place() + ": ")
        .endsWith("; nothing that was acknowledged is lost: start it again when that is mended")
        .doesNotContain("secret", "Exception");
    startPostgresAgain();
    startCoordinator();
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id))
        .isEqualTo(LongStream.range(0, 200).mapToObj(i -> Long.toString(i * i)).toList());
    assertThat(worker.process().isAlive()).isTrue();
  }

  @Test
  void aDatabaseThatGivesNoAnswerIsNamedAndCostsNothing() {
    startCoordinator();
    cluster.startWorker("--slots", "2");
    String id =
        cluster.submitTask("SlowSquare", "--range", "0..20", "--arg", cluster.gate("silent"));
    cluster.awaitRunning(id, 1);
    pause(true);
    try {
      cluster.open("silent"); // something is to be written
      assertThat(cluster.coordinator().awaitExit()).isEqualTo(5);
    } finally {
      pause(false);
    }
    // What is said in between depends on whether it waited for a connection or for an answer.
    assertThat(cluster.coordinator().err())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("start: the coordinator cannot go on: the journal " + place() + ": ")
        .endsWith("; nothing that was acknowledged is lost: start it again when that is mended");
    startCoordinator();
    cluster.cli("wait", id, "--within", "5m").succeeds();
    assertThat(cluster.results(id))
        .isEqualTo(LongStream.range(0, 20).mapToObj(i -> Long.toString(i * i)).toList());
  }

  /** Its processes stand still, and its connections stay. */
  private static void pause(boolean on) {
    String id = postgres.getContainerId();
    if (on) {
      postgres.getDockerClient().pauseContainerCmd(id).exec();
    } else {
      postgres.getDockerClient().unpauseContainerCmd(id).exec();
    }
  }

  @Test
  void aJournalThatRefusesIsNamedWithoutThePassword() {
    RunningProcess refused =
        cluster.launchCoordinator(
            List.of(),
            "--cluster-port",
            "0",
            "--api-port",
            "0",
            "--http-port",
            "0",
            "--data",
            cluster.data().toString(),
            "--journal",
            place() + "?user=muster&password=wrong");
    assertThat(refused.awaitExit()).isEqualTo(5);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .containsExactly(
            "start: the journal "
                + place()
                + " cannot be reached: FATAL: password authentication failed for user \"muster\"");
  }
}
