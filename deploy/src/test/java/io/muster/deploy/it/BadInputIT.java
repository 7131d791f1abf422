package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One clear line for each wrong word, and nothing is started. */
@ExtendWith(ClusterLogs.class)
class BadInputIT {
  private static MusterCluster cluster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started();
  }

  @AfterAll
  static void stop() {
    assertThat(cluster.cli("jobs", "--output", "json").succeeds().out()).isEmpty();
    cluster.close();
  }

  private static CliRun submit(String task, String... options) {
    return cluster.cli(MusterCluster.taskArguments("submit", task, options));
  }

  private static CliRun submitJar(Path jar) {
    return cluster.cli("submit", "--range", "0..1", "--jar", jar.toString(), "--task", "a.B");
  }

  @Test
  void anUnknownClassIsNamedWithTheJarAndAClassThatWasMeant() {
    submit("Sqare", "--range", "0..1")
        .refuses(
            5,
            TasksJar.named("Sqare"),
            TasksJar.PATH.getFileName().toString(),
            TasksJar.named("Square"));
  }

  @Test
  void aClassThatOthersCanNotMakeIsNamed() {
    submit("HiddenConstructor", "--range", "0..1")
        .refuses(5, TasksJar.named("HiddenConstructor"), "public constructor without arguments");
  }

  @Test
  void aClassThatIsNoTaskIsNamed() {
    submit("NotATask", "--range", "0..1").refuses(5, TasksJar.named("NotATask"), "not a task");
  }

  @Test
  void aJarThatIsNoJarIsNamed() throws IOException {
    Path jar = Files.writeString(cluster.folder().resolve("no.jar"), "this is no jar");
    submitJar(jar).refuses(5, jar.toString(), "not a jar");
  }

  @Test
  void aJarForANewerJavaIsToldByItsRelease() throws IOException {
    Path jar = cluster.folder().resolve("newer.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("a/B.class"));
      DataOutputStream bytes = new DataOutputStream(out);
      bytes.writeInt(0xCAFEBABE);
      bytes.writeShort(0);
      bytes.writeShort(44 + 99);
      bytes.write(new byte[100]);
      out.closeEntry();
    }
    submitJar(jar).refuses(5, "a.B", "built for Java 99");
  }

  @Test
  void missingFilesAreNamed() {
    submitJar(Path.of("/no/such.jar")).refuses(4, "/no/such.jar");
    cluster.cli("submit", "--lines", "/no/such.txt", "--", "echo", "{}").refuses(4, "/no/such.txt");
    submit("Square", "--json", "/no/such.json").refuses(4, "/no/such.json");
    cluster
        .cli("submit", "--with", "/no/such.file", "--cwd", "task", "--", "ls")
        .refuses(4, "/no/such.file");
    cluster.cli("submit", "--file", "/no/such.yaml").refuses(4, "/no/such.yaml");
  }

  @Test
  void aRangeUpsideDownIsSaid() {
    submit("Square", "--range", "9..3").refuses(2, "--range", "9..3");
    submit("Square", "--range", "nine").refuses(2, "--range", "nine");
    submit("Square", "--range", "0..99999999999999999999").refuses(2, "--range");
  }

  @Test
  void inputsThatAreNoJsonArrayAreSaid() throws IOException {
    Path file = Files.writeString(cluster.folder().resolve("bad.json"), "[1, 2");
    submit("Square", "--json", file.toString()).refuses(2, file.toString());
    Path object = Files.writeString(cluster.folder().resolve("object.json"), "{\"a\": 1}");
    submit("Square", "--json", object.toString()).refuses(2, object.toString(), "array");
  }

  @Test
  void unknownOptionsAndCommandsAreNamed() {
    cluster.cli("submit", "--rnage", "0..1", "--", "true").refuses(2, "--rnage");
    cluster.cli("jobs", "--colour").refuses(2, "--colour");
    cluster.cli("jbos").refuses(2, "jbos");
  }

  @Test
  void badValuesAreNamedWithTheirOption() {
    submit("Square", "--range", "0..1", "--timeout", "soon").refuses(2, "--timeout", "soon");
    submit("Square", "--range", "0..1", "--retries", "-1").refuses(2, "--retries", "-1");
    submit("Square", "--range", "0..1", "--memory", "much").refuses(2, "--memory", "much");
    submit("Square", "--range", "0..1", "--env", "NOVALUE").refuses(2, "--env", "NOVALUE");
    submit("Square", "--range", "0..1", "--crash-limit", "x").refuses(2, "--crash-limit", "x");
    cluster.cli("wait", "1", "--within", "soon").refuses(2, "--within", "soon");
    cluster.cli("job", "seven").refuses(2, "seven");
  }

  @Test
  void whatDoesNotGoTogetherIsSaid() {
    submit("Square", "--range", "0..1", "--lines", "-").refuses(2, "--range", "--lines");
    submit("PieceOfRange", "--range", "0..10").refuses(2, "--chunk");
    submit("PieceOfRange").refuses(2, "--range");
    cluster.cli("submit").refuses(2, "--");
    cluster.cli("submit", "--jar", TasksJar.PATH.toString()).refuses(2, "--task");
    submit("Phases", "--range", "0..10").refuses(2, "--range");
  }

  @Test
  void unknownJobsAreNamed() {
    for (String command :
        new String[] {
          "job",
          "wait",
          "results",
          "failures",
          "logs",
          "cancel",
          "retry",
          "forget",
          "explain",
          "watch"
        }) {
      cluster.cli(command, "777").refuses(4, "777");
    }
    cluster.cli("job", "last").refuses(4, "last");
  }

  @Test
  void aCoordinatorThatIsNotThereIsNamedByItsAddress() {
    cluster.cli("--api", "127.0.0.1:1", "jobs").refuses(3, "127.0.0.1:1");
    cluster
        .cli("jobs", "--api", "no-such-host.invalid:7351")
        .refuses(3, "no-such-host.invalid:7351");
    cluster.cli("jobs", "--api", "nonsense").refuses(2, "nonsense");
  }

  @Test
  void helpIsOnStandardOutput() {
    for (String command : new String[] {"submit", "results", "start"}) {
      CliRun help = cluster.cli(command, "--help").succeeds();
      assertThat(help.out()).contains("Usage", command);
      assertThat(help.err()).isEmpty();
    }
    assertThat(cluster.cli("--help").succeeds().out()).contains("submit", "failures", "drain");
    assertThat(cluster.cli("--version").succeeds().out()).contains("0.1.0");
  }

  @Test
  void theNodesNameUnknownOptionsToo() {
    try (MusterCluster cluster = MusterCluster.prepared()) {
      RunningProcess coordinator =
          cluster.launchCoordinator(java.util.List.of(), "--colour", "red");
      assertThat(coordinator.awaitExit()).isEqualTo(2);
      assertThat(coordinator.err()).hasSize(1).first().asString().contains("--colour");
      RunningProcess worker =
          cluster.launchWorker(cluster.folder().resolve("w"), java.util.List.of("--slots", "none"));
      assertThat(worker.awaitExit()).isEqualTo(2);
      assertThat(worker.err()).hasSize(1).first().asString().contains("--slots", "none");
    }
  }
}
