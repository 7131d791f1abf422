package io.muster.coordinator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A coordinator and workers as child processes on free ports of loopback, in a new folder. They and
 * the folder are gone when this is closed or when this process ends in whatever order it is told.
 */
final class DemoCluster implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready .*api=(\\S+) http=(\\S+)");
  private static final long PATIENCE_SECONDS = 10;

  private final Path folder;
  private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());
  private final Thread atEnd = new Thread(this::end, "end of the demo");
  private String api = "";
  private String http = "";

  private DemoCluster(Path folder) {
    this.folder = folder;
  }

  static DemoCluster start(int workers, int slots) throws IOException {
    Path worker = Jars.named("worker");
    DemoCluster cluster = new DemoCluster(Files.createTempDirectory("muster-demo"));
    Runtime.getRuntime().addShutdownHook(cluster.atEnd);
    try {
      cluster.startCoordinator();
      List<BufferedReader> outputs = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        Path work = cluster.folder.resolve("worker-" + i);
        outputs.add(
            cluster.launch(
                List.of(
                    worker.toString(),
                    "--join",
                    cluster.api,
                    "--slots",
                    Integer.toString(slots),
                    "--work-dir",
                    work.toString())));
      }
      for (BufferedReader output : outputs) {
        cluster.ready(output, "a worker");
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startCoordinator() throws IOException {
    BufferedReader output =
        launch(
            List.of(
                Jars.own().toString(),
                "start",
                "--cluster-port",
                "0",
                "--api-port",
                "0",
                "--http-port",
                "0",
                "--data",
                folder.resolve("data").toString()));
    Matcher line = READY.matcher(ready(output, "the coordinator"));
    if (!line.find()) {
      throw new Refused(ExitCode.REFUSED, "the coordinator did not say where it serves");
    }
    api = line.group(1);
    http = line.group(2);
  }

  private BufferedReader launch(List<String> jarAndOptions) throws IOException {
    List<String> command = new ArrayList<>(Jars.java());
    command.add("-jar");
    command.addAll(jarAndOptions);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_"));
    Process process = builder.start();
    processes.add(process);
    return process.inputReader();
  }

  private static String ready(BufferedReader output, String who) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith("ready ")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new Refused(ExitCode.REFUSED, who + " did not start");
    }
    return line;
  }

  String api() {
    return api;
  }

  String http() {
    return http;
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      return; // this process is being ended: the hook runs already
    }
  }

  /** Workers first, so that they leave in order. */
  private synchronized void end() {
    List<Process> all = new ArrayList<>(processes);
    Collections.reverse(all);
    for (Process process : all) {
      process.destroy();
      awaitEnd(process);
    }
    processes.clear();
    delete();
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("muster: left behind: " + folder);
    }
  }
}
