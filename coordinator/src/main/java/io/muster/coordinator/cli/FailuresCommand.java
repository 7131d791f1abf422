package io.muster.coordinator.cli;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TaskFailure;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
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
  private static final int LONGEST_WORDS = 200;

  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  FailuresCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    JobId job = job(id);
    JsonLines lines = new JsonLines(machine.out());
    try (AnswerStream<TaskFailure> failures = cluster.failures(job)) {
      while (failures.hasNext()) {
        TaskFailure failure = failures.next();
        if (json()) {
          lines.failure(failure);
        } else {
          machine.print(line(failure));
        }
      }
    }
    if (!json()) {
      printErrors(cluster.job(job));
    }
    return ExitCode.DONE;
  }

  /** What failed beside the tasks. */
  private void printErrors(JobStatus job) throws IOException {
    boolean ofStage = false;
    for (JobStatus.Stage stage : job.stages()) {
      if (stage.error() != null) {
        machine.print(
            "stage " + Text.oneLine(stage.name()) + ": " + Sentences.error(stage.error()));
        ofStage = true;
      }
    }
    if (job.error() != null && !ofStage) {
      machine.print("job " + job.id() + ": " + Sentences.error(job.error()));
    }
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
        + Text.oneLine(failed.failure().headline())
        + lastWords(failed.failure().stderr());
  }

  /** Where commands say why. */
  private static String lastWords(String stderr) {
    String last = Text.oneLine(stderr.strip().lines().reduce("", (before, line) -> line));
    return last.isEmpty() ? "" : ": " + Text.cut(last, LONGEST_WORDS);
  }
}
