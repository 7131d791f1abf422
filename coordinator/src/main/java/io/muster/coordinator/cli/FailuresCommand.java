package io.muster.coordinator.cli;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.TaskFailure;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code failures}: what failed and why, a line a task. */
@Command(
    name = "failures",
    description = "Prints which tasks failed and why, one a line; JSON has the stack traces.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster failures last", "  muster failures 7 --output json"})
final class FailuresCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  FailuresCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    JsonLines lines = new JsonLines(machine.out());
    try (AnswerStream<TaskFailure> failures = cluster.failures(job(id))) {
      while (failures.hasNext()) {
        TaskFailure failure = failures.next();
        if (json()) {
          lines.failure(failure);
        } else {
          machine.print(line(failure));
        }
      }
    }
    return ExitCode.DONE;
  }

  private static String line(TaskFailure failed) {
    TaskFailure.Stage stage = failed.stage();
    String where =
        stage == null
            ? ""
            : " stage "
                + Text.oneLine(stage.name())
                + " ("
                + stage.job()
                + "/"
                + stage.task()
                + ")";
    return "task "
        + failed.task()
        + where
        + " try "
        + failed.tryNumber()
        + " on "
        + failed.worker()
        + ": "
        + JsonLines.kind(failed.failure())
        + ": "
        + Text.oneLine(failed.failure().headline());
  }
}
