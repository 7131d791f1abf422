package io.muster.coordinator.cli;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.WorkerStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code workers}: a line a worker. */
@Command(
    name = "workers",
    description = "Lists the workers.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster workers", "  muster workers --output json"})
final class WorkersCommand extends ClientCommand {
  WorkersCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    try (AnswerStream<WorkerStatus> workers = cluster.workers()) {
      if (json()) {
        JsonLines lines = new JsonLines(machine.out());
        while (workers.hasNext()) {
          lines.worker(workers.next());
        }
      } else {
        print(workers);
      }
    }
    return ExitCode.DONE;
  }

  private void print(AnswerStream<WorkerStatus> workers) throws IOException {
    Table table =
        new Table("ID", "STATE", "BUSY", "SLOTS", "IO", "ADDRESS", "VERSION", "LABELS")
            .cutting("LABELS")
            .leavingOut("VERSION", "IO", "LABELS", "ADDRESS", "BUSY", "SLOTS");
    while (workers.hasNext()) {
      WorkerStatus worker = workers.next();
      String labels =
          new TreeMap<>(worker.labels())
              .entrySet().stream()
                  .map(label -> label.getKey() + "=" + label.getValue())
                  .collect(Collectors.joining(" "));
      table.add(
          worker.id(),
          worker.state(),
          worker.busy(),
          worker.slots(),
          worker.ioRunning(),
          worker.address(),
          worker.version(),
          labels);
    }
    table.print(machine);
  }
}
