package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.JobStatus;
import io.muster.client.model.WorkerStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A coordinator and workers from the packaged jars, each a process, on free ports of loopback with
 * a new folder; and the CLI, in this JVM or a process. Closing kills everything with SIGKILL and
 * checks that no process of a worker survives its worker.
 */
final class MusterCluster implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready cluster=(\\S+):(\\d+) api=(\\S+):(\\d+) http=(https?://\\S+)");
  private static final Pattern WORKER_READY =
      Pattern.compile("ready worker=(\\S+) slots=(\\d+) coordinator=(\\S+?)( http=\\S+)?");

  private final Path folder;
  private final Supplier<JvmFlags> flags;
  private final List<RunningProcess> nodes = new ArrayList<>();
  private RunningProcess coordinator;
  private String api = "";
  private String http = "";
  private final int clusterPort = FreePort.next();
  private final int apiPort = FreePort.next();
  private boolean closed;
  private boolean keep;

  /** A worker that has registered. */
  record Worker(RunningProcess process, String id, TaskProcesses tasks) {}

  private MusterCluster(Path folder, Supplier<JvmFlags> flags) {
    this.folder = folder;
    this.flags = flags;
  }

  /** A folder and nothing else yet. */
  static MusterCluster prepared() {
    return prepared(JvmFlags::quick);
  }

  /** A folder and nothing else yet; each JVM will be told what this says when it is started. */
  static MusterCluster prepared(Supplier<JvmFlags> flags) {
    try {
      Path base = Files.createDirectories(Path.of("target", "it").toAbsolutePath());
      MusterCluster cluster = new MusterCluster(Files.createTempDirectory(base, "cluster"), flags);
      Files.createDirectories(cluster.folder.resolve("home"));
      ClusterLogs.started(cluster);
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A coordinator that serves. */
  static MusterCluster started() {
    MusterCluster cluster = prepared();
    cluster.startCoordinator();
    return cluster;
  }

  /** A coordinator that serves, and that many workers that have registered. */
  static MusterCluster started(int workers, int slots) {
    MusterCluster cluster = started();
    for (int i = 0; i < workers; i++) {
      cluster.startWorker("--slots", Integer.toString(slots));
    }
    return cluster;
  }

  Path folder() {
    return folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  String api() {
    return api;
  }

  String http() {
    return http;
  }

  int clusterPort() {
    return clusterPort;
  }

  RunningProcess coordinator() {
    return coordinator;
  }

  /** Starts it, always on the same ports and the same data, and waits until it serves. */
  RunningProcess startCoordinator(String... jvmFlags) {
    return startCoordinator(List.of(jvmFlags), List.of());
  }

  /** The same with further options. */
  RunningProcess startCoordinatorWith(String... options) {
    return startCoordinator(List.of(), List.of(options));
  }

  /** The same with both. */
  RunningProcess startCoordinator(List<String> jvmFlags, List<String> options) {
    List<String> all =
        command(
            "--cluster-port",
            Integer.toString(clusterPort),
            "--api-port",
            Integer.toString(apiPort),
            "--http-port",
            "0",
            "--data",
            data().toString());
    all.addAll(options);
    RunningProcess process = launchCoordinator(jvmFlags, all.toArray(String[]::new));
    coordinator = process;
    String line = process.awaitOut(each -> each.startsWith("ready "));
    Matcher ready = READY.matcher(line);
    assertThat(ready.matches()).as(line).isTrue();
    api = ready.group(3) + ":" + ready.group(4);
    http = ready.group(5);
    return process;
  }

  /** Starts a coordinator with these options and does not wait for anything. */
  RunningProcess launchCoordinator(List<String> jvmFlags, String... options) {
    List<String> all = new ArrayList<>(flags.get().coordinator());
    all.addAll(jvmFlags);
    return launch("coordinator", "muster.coordinator.jar", all, folder, command("start", options));
  }

  /** Kills it as the kernel would. */
  void killCoordinator() {
    coordinator.kill();
  }

  /** Starts a worker and waits until it has registered. */
  Worker startWorker(String... options) {
    Path temporary = folder.resolve("tmp-" + nodes.size());
    RunningProcess process = launchWorker(temporary, joining(temporary, options));
    return registered(process, temporary);
  }

  private List<String> joining(Path temporary, String... options) {
    List<String> all = command("--join", options);
    all.addAll(1, List.of(api, "--work-dir", temporary.toString()));
    return all;
  }

  /** Waits until a worker that was launched has registered. */
  static Worker registered(RunningProcess process, Path temporary) {
    String line = process.awaitOut(each -> each.startsWith("ready "));
    Matcher ready = WORKER_READY.matcher(line);
    assertThat(ready.matches()).as(line).isTrue();
    return new Worker(process, ready.group(1), new TaskProcesses(temporary));
  }

  /** Starts a worker with these options and does not wait for anything. */
  RunningProcess launchWorker(Path temporary, List<String> options) {
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return launch("worker", "muster.worker.jar", flags.get().worker(), temporary, options);
  }

  private RunningProcess launch(
      String kind, String jar, List<String> jvmFlags, Path temporary, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-Dmuster.cache=" + ClassArchive.cache());
    command.addAll(jvmFlags);
    command.add("-jar");
    command.add(jar(jar).toString());
    command.addAll(options);
    ProcessBuilder builder = RunningProcess.builder(folder, command);
    builder.environment().put("HOME", folder.resolve("home").toString());
    builder.environment().put("TMPDIR", temporary.toString());
    RunningProcess process = RunningProcess.start(kind + "-" + nodes.size(), builder);
    nodes.add(process);
    return process;
  }

  private static List<String> command(String first, String... rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(List.of(rest));
    return all;
  }

  /** Everything that carries a marker of a worker of this cluster. */
  TaskProcesses tasks() {
    return new TaskProcesses(folder);
  }

  /** Runs a command of the CLI against this cluster, to its end. */
  CliRun cli(String... arguments) {
    return cliFed("", arguments);
  }

  /** Runs a command of the CLI with something on its standard input, to its end. */
  CliRun cliFed(String input, String... arguments) {
    return ended(input, "", arguments);
  }

  /** Runs a command of the CLI with a token in the environment, to its end. */
  CliRun cliAs(String token, String... arguments) {
    return ended("", token, arguments);
  }

  private CliRun ended(String input, String token, String... arguments) {
    Map<String, String> environment = cliBuilder(arguments).environment();
    environment.put("MUSTER_TOKEN", token);
    return InProcessCli.run(folder, Map.copyOf(environment), input, arguments);
  }

  /** Starts a command of the CLI as a process of its own, which may go on for a while. */
  RunningProcess cliStarted(String... arguments) {
    return RunningProcess.start(String.join(" ", arguments), cliBuilder(arguments));
  }

  private ProcessBuilder cliBuilder(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(flags.get().cli());
    command.addAll(List.of("-jar", jar("muster.coordinator.jar").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = RunningProcess.builder(folder, command);
    if (!api.isEmpty()) {
      builder.environment().put("MUSTER_API", api);
    }
    builder.environment().put("HOME", folder.resolve("home").toString());
    builder.environment().put("MUSTER_OF_THE_USER", "not for tasks");
    return builder;
  }

  /** Submits a class of the tests' jar; returns at once. */
  String submitTask(String task, String... options) {
    return submitted(cli(taskArguments("submit", task, options)));
  }

  /** Submits a class of the tests' jar and waits for its end, however it ends. */
  String runTask(String task, String... options) {
    CliRun run = cli(taskArguments("submit", task, command("--wait", options)));
    assertThat(run.exitCode()).as(run.toString()).isIn(0, 1);
    run.showsNoFrames();
    return run.out().strip();
  }

  /** The arguments of a command about a class of the tests' jar. */
  static String[] taskArguments(String command, String task, String... options) {
    return taskArguments(command, task, List.of(options));
  }

  private static String[] taskArguments(String command, String task, List<String> options) {
    List<String> all = new ArrayList<>();
    all.add(command);
    all.addAll(List.of("--jar", TasksJar.PATH.toString(), "--task", TasksJar.named(task)));
    all.addAll(options);
    return all.toArray(String[]::new);
  }

  /** Submits anything else and waits for its end, however it ends. */
  String run(String... options) {
    CliRun run = cli(waiting(options));
    assertThat(run.exitCode()).as(run.toString()).isIn(0, 1);
    run.showsNoFrames();
    return run.out().strip();
  }

  /** Submits anything else; returns at once. */
  String submit(String... options) {
    return submitted(cli(command("submit", options).toArray(String[]::new)));
  }

  private static String[] waiting(String... options) {
    List<String> all = command("submit", options);
    all.add(1, "--wait");
    return all.toArray(String[]::new);
  }

  private static String submitted(CliRun run) {
    run.succeeds();
    assertThat(run.out()).as(run.toString()).matches("\\d+\n");
    return run.out().strip();
  }

  /** What {@code job} says. */
  JsonNode job(String id) {
    return cli("job", id, "--output", "json").succeeds().json();
  }

  /** What {@code failures} says. */
  List<JsonNode> failures(String id) {
    return cli("failures", id, "--output", "json").succeeds().jsonLines();
  }

  /** The only failure there is. */
  JsonNode failure(String id) {
    List<JsonNode> all = failures(id);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  /** The plain results, one a line. */
  List<String> results(String id) {
    CliRun run = cli("results", id);
    assertThat(run.exitCode()).as(run.toString()).isIn(0, 1);
    return run.lines();
  }

  /** Waits until so many tasks of the job run. */
  void awaitRunning(String id, int tasks) {
    try (CoordinatorApi asked = new CoordinatorApi(List.of(api))) {
      Until.holds(() -> status(asked, id).toString(), () -> status(asked, id).running() >= tasks);
    }
  }

  /**
   * Waits until so many tasks of a {@code SaysProcess} have said that they started. One that counts
   * as running may not have been taken by its process yet.
   */
  void awaitStarts(String id, int tasks) {
    Until.holds(() -> starts(id).toString(), () -> starts(id).size() >= tasks);
  }

  /**
   * What the tasks of a {@code SaysProcess} said when they started, a line each. After a kill of
   * the coordinator a log may have its last lines twice; a second start has a time of its own.
   */
  List<String> starts(String id) {
    return cli("logs", id).succeeds().lines().stream()
        .filter(line -> line.contains(" in "))
        .distinct()
        .toList();
  }

  /** The process of each of {@link #starts}. */
  List<Long> startedIn(String id) {
    return starts(id).stream().map(line -> Long.valueOf(line.split(" ", -1)[2])).toList();
  }

  private static JobStatus status(CoordinatorApi asked, String id) {
    try (AnswerStream<JobStatus> jobs = asked.jobs()) {
      while (jobs.hasNext()) {
        JobStatus job = jobs.next();
        if (job.id() == Long.parseLong(id)) {
          return job;
        }
      }
    }
    throw new AssertionError("no job " + id);
  }

  /** Waits until a worker is shown in this state. */
  void awaitState(Worker worker, String state) {
    try (CoordinatorApi asked = new CoordinatorApi(List.of(api))) {
      Until.holds(
          () -> states(asked).toString(), () -> state.equals(states(asked).get(worker.id())));
    }
  }

  /** Of each worker that is known. */
  private static Map<String, String> states(CoordinatorApi asked) {
    Map<String, String> states = new TreeMap<>();
    try (AnswerStream<WorkerStatus> workers = asked.workers()) {
      workers.forEachRemaining(worker -> states.put(worker.id(), worker.state()));
    }
    return states;
  }

  /** An argument of a task that is to wait until its test opens the gate of that name. */
  String gate(String name) {
    return "gate=" + gateFile(name);
  }

  private Path gateFile(String name) {
    return folder.resolve(name + ".gate");
  }

  /** Lets the tasks go on that wait there. */
  void open(String name) {
    try {
      Files.createFile(gateFile(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path jar(String property) {
    String path = System.getProperty(property);
    assertThat(path).as(property + " names a packaged jar").isNotNull();
    Path jar = Path.of(path).normalize();
    assertThat(jar).as("run ./mvnw package first").exists();
    return jar;
  }

  static String java() {
    String java = System.getProperty("muster.test.java", "");
    return java.isBlank()
        ? Path.of(System.getProperty("java.home"), "bin", "java").toString()
        : java;
  }

  boolean isClosed() {
    return closed;
  }

  void keepFolder() {
    keep = true;
  }

  void deleteFolder() {
    if (keep) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.out.println("left behind: " + folder + " (" + e.getMessage() + ")");
    }
  }

  /** Everything that the nodes said, and the ends of their logs. */
  void dump(PrintStream to) {
    to.println("cluster in " + folder);
    for (RunningProcess node : nodes) {
      to.println("--- " + node);
      tail(node.out()).forEach(to::println);
      tail(node.err()).forEach(line -> to.println("err: " + line));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        to.println("--- " + folder.relativize(log));
        tail(Files.readString(log).lines().toList()).forEach(to::println);
      }
    } catch (IOException | UncheckedIOException e) {
      to.println("no more logs: " + e);
    }
  }

  private static List<String> tail(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - 200), lines.size());
  }

  @Override
  public void close() {
    nodes.forEach(RunningProcess::kill);
    closed = true;
    try {
      tasks().awaitNone();
    } finally {
      tasks().marked().forEach(TaskProcesses::kill);
    }
  }
}
