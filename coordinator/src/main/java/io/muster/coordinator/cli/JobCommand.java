package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code job}: one job. */
@Command(
    name = "job",
    description = "Shows one job.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster job last", "  muster job 7 --output json"})
final class JobCommand extends ClientCommand {
  private static final int LONGEST_RESULT = 2000;

  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  JobCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    JobStatus job = cluster.job(job(id));
    if (json()) {
      new JsonLines(machine.out()).job(job, new ShownValues(cluster));
    } else {
      print(job, new ShownValues(cluster));
    }
    return ExitCode.DONE;
  }

  private void print(JobStatus job, ShownValues values) throws IOException {
    line("job", job.id() + " " + Text.oneLine(job.name()));
    line("kind", job.kind());
    if (job.pipeline() != null) {
      line("stage of", "job " + job.pipeline());
    }
    line("user", Text.oneLine(job.user()));
    line("state", job.state().toString());
    line("tasks", job.total() == null ? "not known yet" : Text.count(job.total()));
    count("waiting", job.waiting());
    count("running", job.running());
    count("succeeded", job.succeeded());
    count("failed", job.failed());
    count("cancelled", job.cancelled());
    line("submitted", Text.time(job.submitted()));
    line("started", Text.time(job.started()));
    line("finished", Text.time(job.finished()));
    line("ran", Text.ran(job, Instant.now()));
    if (job.result() != null) {
      line("result", result(job, values));
    }
    if (job.error() != null) {
      line("error", job.error().phase() + ": " + Text.oneLine(job.error().failure().headline()));
      machine.print(Text.harmless(job.error().failure().stackTrace()).stripTrailing());
    }
    if (job.isPipeline()) {
      stages(job);
    }
  }

  private void stages(JobStatus job) throws IOException {
    machine.print("");
    Table table =
        new Table(
                "STAGE",
                "STATE",
                "DONE",
                "WAITING",
                "RUNNING",
                "FAILED",
                "CANCELLED",
                "KIND",
                "JOB")
            .cutting("STAGE")
            .leavingOut("KIND", "CANCELLED", "WAITING", "RUNNING", "FAILED", "JOB", "DONE");
    for (JobStatus.Stage stage : job.stages()) {
      table.add(
          stage.name(),
          stage.held() ? stage.state() + ", held" : stage.state(),
          new Table.Cell(Course.of(stage).counts(), Course.of(stage).briefCounts()),
          count(stage.waiting()),
          count(stage.running()),
          count(stage.failed()),
          count(stage.cancelled()),
          stage.kind(),
          stage.id());
    }
    table.print(machine);
    for (JobStatus.Stage stage : job.stages()) {
      if (stage.error() != null && job.error() == null) {
        machine.print(
            "error in " + Text.oneLine(stage.name()) + ": " + Sentences.error(stage.error()));
        machine.print(Text.harmless(stage.error().failure().stackTrace()).stripTrailing());
      }
    }
  }

  private static Table.Cell count(long tasks) {
    return new Table.Cell(Text.count(tasks), Text.briefCount(tasks));
  }

  private static String result(JobStatus job, ShownValues values) throws IOException {
    if (job.result() == null || job.result().blob() != null) {
      return "large; 'muster results " + job.id() + "' prints it";
    }
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    values.plain(job.result(), shown);
    String text = Text.oneLine(shown.toString(StandardCharsets.UTF_8));
    return text.length() <= LONGEST_RESULT
        ? text
        : text.substring(0, LONGEST_RESULT) + "… ('muster results " + job.id() + "' prints it)";
  }

  private void count(String name, long tasks) throws IOException {
    if (tasks > 0) {
      line("  " + name, Text.count(tasks));
    }
  }

  private void line(String name, String value) throws IOException {
    machine.print(name + " ".repeat(Math.max(1, 12 - name.length())) + value);
  }
}
