package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.WorkerStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.deploy.local.LocalProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with {@code local.jar} on its class path, and what is left of its local cluster. */
class LocalIT {
  /** Named on the command line of all that belongs to the cluster: its folders are in there. */
  @TempDir Path temp;

  private RunningProcess program;
  private String api;

  @BeforeEach
  void start() throws Exception {
    Path classes =
        Path.of(LocalProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    program =
        RunningProcess.start(
            "program",
            RunningProcess.builder(
                temp,
                List.of(
                    MusterCluster.java(),
                    "-Dmuster.cache=" + ClassArchive.cache(),
                    "-Djava.io.tmpdir=" + temp,
                    "-cp",
                    MusterCluster.jar("muster.local.jar") + File.pathSeparator + classes,
                    LocalProgram.class.getName(),
                    "2")));
    api = program.awaitOut(line -> line.startsWith("at ")).substring("at ".length());
  }

  @AfterEach
  void kill() {
    program.kill();
    processes().keySet().forEach(TaskProcesses::kill);
  }

  @Test
  @Tag("smoke")
  void itTakesJobsAndCloseLeavesNoProcessAndNoFolder() throws Exception {
    try (CoordinatorApi asked = new CoordinatorApi(List.of(api));
        AnswerStream<WorkerStatus> workers = asked.workers()) {
      assertThat(workers.next().slots()).isEqualTo(2);
      assertThat(workers.hasNext()).isFalse();
    }
    assertThat(submit("Square", "--wait").awaitExit()).isZero();
    program.writeLine();
    program.awaitOut("closed"::equals);

    assertThat(processes().keySet()).isSubsetOf(program.pid());
    assertThat(temp).isEmptyDirectory();
    assertThat(program.awaitExit()).isZero();
    assertThat(program.err()).isEmpty();
  }

  @Test
  void nothingIsLeftWhenTheProgramIsKilledWhileTasksRun() {
    runTasks();
    program.kill();

    nothingIsLeft();
  }

  @Test
  void nothingIsLeftWhenTheNodeIsKilledWhileTasksRun() {
    runTasks();
    TaskProcesses.kill(node());
    Until.holds(() -> processes().toString(), () -> processes().size() == 1);
    program.kill();

    nothingIsLeft();
  }

  private void runTasks() {
    assertThat(submit("Spins").awaitExit()).isZero();
    Until.holds(
        () -> processes().toString(),
        () -> processes().values().stream().filter(LocalIT::isTask).count() >= 2);
  }

  private RunningProcess submit(String task, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                MusterCluster.java(),
                "-jar",
                MusterCluster.jar("muster.coordinator.jar").toString(),
                "submit",
                "--api",
                api,
                "--range",
                "0..10",
                "--jar",
                TasksJar.PATH.toString(),
                "--task",
                TasksJar.named(task)));
    command.addAll(List.of(options));
    return RunningProcess.start("submit", RunningProcess.builder(Path.of("/"), command));
  }

  private void nothingIsLeft() {
    Until.holds(
        () -> processes() + " " + folders(), () -> processes().isEmpty() && folders().isEmpty());
  }

  private List<Path> folders() {
    try (Stream<Path> left = Files.list(temp)) {
      return left.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long node() {
    return processes().entrySet().stream()
        .filter(process -> process.getValue().contains("/local/node-"))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isTask(String commandLine) {
    return commandLine.contains("io.muster.harness.TaskProcess");
  }

  /** Command lines of all that names the test's folder. */
  private Map<Long, String> processes() {
    Map<Long, String> found = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        String line = commandLine(process);
        if (line.contains(temp.toString())) {
          found.put(Long.parseLong(process.getFileName().toString()), line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String commandLine(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // gone
    }
  }
}
