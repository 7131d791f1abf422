package io.muster.coordinator.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code worker}: runs the worker's jar, with its options. */
@Command(
    name = "worker",
    description = "Starts a worker in the foreground; 'muster worker --help' shows its options.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster worker", "  muster worker --join 127.0.0.1:7351 --slots 2"})
final class WorkerCommand implements Callable<Integer> {
  @Parameters(paramLabel = "OPTION", arity = "0..*", description = "Options of the worker.")
  private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Jars.java());
    command.add("-jar");
    command.add(Jars.named("worker").toString());
    command.addAll(options);
    Process worker = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(worker)));
    return worker.waitFor();
  }

  private static void end(Process worker) {
    worker.destroy();
    try {
      worker.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
