package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * A cluster of containers of the built image, as {@code compose.yaml} makes one: TLS, tokens, a
 * root that can't be written, no privileges. Workers have one slot each.
 */
final class ContainerCluster implements AutoCloseable {
  private static final int API = 7351;
  private static final String SHARED = "/shared";

  /** Longer than nodes take to end in order; what is still there then is killed and has lost. */
  private static final int GRACE_SECONDS = 60;

  private final Network network = Network.newNetwork();
  private final String image;
  private final Path folder;
  private final int apiPort = FreePort.next();
  private final GenericContainer<?> coordinator;
  private final List<GenericContainer<?>> workers = new ArrayList<>();
  private String admin = "";

  private ContainerCluster(String image) {
    this.image = image;
    folder = newFolder();
    coordinator =
        node("start", "--host", "coordinator", "--bind", "0.0.0.0")
            .withNetworkAliases("coordinator")
            .withExposedPorts(API);
    coordinator.setPortBindings(List.of("127.0.0.1:" + apiPort + ":" + API));
  }

  private static Path newFolder() {
    try {
      Path base = Files.createDirectories(Path.of("target", "it").toAbsolutePath());
      Path folder = Files.createDirectory(base.resolve("containers-" + System.nanoTime()));
      Files.createDirectories(folder.resolve("shared"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A coordinator that serves, and the token that lets workers in. */
  static ContainerCluster started(String image) {
    ContainerCluster cluster = new ContainerCluster(image);
    cluster.coordinator.start();
    cluster.admin = cluster.run("cat", "/var/lib/muster/data/admin.token");
    String line = cluster.cli("token", "create", "worker").succeeds().out().strip();
    cluster.write("worker.token", line.substring(line.lastIndexOf(' ') + 1));
    return cluster;
  }

  private GenericContainer<?> node(String... command) {
    return new GenericContainer<>(DockerImageName.parse(image))
        .withNetwork(network)
        .withCommand(command)
        .withEnv("MUSTER_JAVA_OPTIONS", "-Xmx256m")
        .withTmpFs(Map.of("/tmp", ""))
        .withCreateContainerCmdModifier(this::harden)
        .waitingFor(Wait.forLogMessage("ready .*", 1).withStartupTimeout(Until.LIMIT));
  }

  /** The folder is bound here: Testcontainers would try that first with an image of its own. */
  private void harden(CreateContainerCmd create) {
    create
        .getHostConfig()
        .withBinds(new Bind(folder.resolve("shared").toString(), new Volume(SHARED), AccessMode.ro))
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
  }

  /** Starts workers, all at once, or ends the newest in order, one after the other. */
  void scaleTo(int count) {
    List<GenericContainer<?>> added =
        IntStream.range(workers.size(), count)
            .<GenericContainer<?>>mapToObj(i -> worker())
            .toList();
    workers.addAll(added);
    Startables.deepStart(added).join();
    while (workers.size() > count) {
      GenericContainer<?> last = workers.remove(workers.size() - 1);
      endInOrder(last);
      last.close();
    }
    awaitWorkers(count);
  }

  private GenericContainer<?> worker() {
    return node("worker", "--slots", "1")
        .withEnv("MUSTER_JOIN", "coordinator:" + API)
        .withEnv("MUSTER_TOKEN_FILE", SHARED + "/worker.token");
  }

  /** As an upgrade does: the workers one by one, the coordinator last. */
  void restartAll() {
    for (GenericContainer<?> worker : workers) {
      endInOrder(worker);
      awaitWorkers(workers.size() - 1);
      DockerEngine.client().startContainerCmd(worker.getContainerId()).exec();
      awaitWorkers(workers.size());
    }
    endInOrder(coordinator);
    DockerEngine.client().startContainerCmd(coordinator.getContainerId()).exec();
    awaitWorkers(workers.size());
  }

  private static void endInOrder(GenericContainer<?> node) {
    String id = node.getContainerId();
    DockerEngine.client().stopContainerCmd(id).withTimeout(GRACE_SECONDS).exec();
    InspectContainerResponse.ContainerState state =
        DockerEngine.client().inspectContainerCmd(id).exec().getState();
    assertThat(state.getExitCodeLong()).as(node.getLogs()).isZero();
  }

  /** Waits until so many are up, and nobody else is there but lost ones. */
  private void awaitWorkers(int count) {
    Until.holds(() -> states().toString(), () -> states().equals(Collections.nCopies(count, "up")));
  }

  /** Waits until every worker has something to do. */
  void awaitAllBusy() {
    Until.holds(
        () -> "workers are idle: " + workers(),
        () -> workers().stream().allMatch(each -> each.get("busy").asInt() > 0));
  }

  /** Of the workers that are not lost; none while nobody answers. */
  private List<String> states() {
    return workers().stream()
        .map(each -> each.get("state").asText())
        .filter(state -> !state.equals("lost"))
        .toList();
  }

  private List<JsonNode> workers() {
    CliRun run = cli("workers", "--output", "json");
    return run.exitCode() == 0 ? run.jsonLines() : List.of();
  }

  /** Waits until Docker's health check says so of every node. */
  void awaitHealthy() {
    List<GenericContainer<?>> nodes = new ArrayList<>(workers);
    nodes.add(coordinator);
    for (GenericContainer<?> node : nodes) {
      Until.holds(() -> health(node), () -> health(node).equals("healthy"));
    }
  }

  private static String health(GenericContainer<?> node) {
    HealthState health =
        DockerEngine.client()
            .inspectContainerCmd(node.getContainerId())
            .exec()
            .getState()
            .getHealth();
    return health == null ? "no health check" : String.valueOf(health.getStatus());
  }

  /** What a command in the coordinator's container printed. */
  private String run(String... command) {
    try {
      return coordinator.execInContainer(command).getStdout().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a command of the CLI of this machine as the administrator. */
  CliRun cli(String... arguments) {
    return cliAs(admin, arguments);
  }

  /** The same with this token, or none. */
  CliRun cliAs(String token, String... arguments) {
    Map<String, String> environment =
        Map.of(
            "MUSTER_API", "localhost:" + apiPort, "MUSTER_TOKEN", token, "HOME", folder.toString());
    return InProcessCli.run(folder, environment, "", arguments);
  }

  /** An argument of a task that goes on when its test opens the gate of that name. */
  String gate(String name) {
    return "gate=" + SHARED + "/" + name;
  }

  void open(String name) {
    write(name, "");
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve("shared").resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What all containers said. */
  void dump(PrintStream to) {
    to.println("--- coordinator\n" + coordinator.getLogs());
    to.println(run("sh", "-c", "tail -n 100 /var/lib/muster/data/log/coordinator.log"));
    workers.forEach(worker -> to.println("--- worker\n" + worker.getLogs()));
  }

  @Override
  public void close() {
    workers.forEach(GenericContainer::close);
    coordinator.close();
    network.close();
  }
}
