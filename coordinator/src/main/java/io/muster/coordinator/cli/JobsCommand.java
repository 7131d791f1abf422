package io.muster.coordinator.cli;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;

/** {@code jobs}: a line a job. */
@Command(
    name = "jobs",
    description = "Lists the jobs.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster jobs", "  muster jobs --output json"})
final class JobsCommand extends ClientCommand {
  JobsCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    try (AnswerStream<JobStatus> jobs = cluster.jobs()) {
      if (json()) {
        JsonLines lines = new JsonLines(machine.out());
        ShownValues values = new ShownValues(cluster);
        while (jobs.hasNext()) {
          lines.job(jobs.next(), values);
        }
      } else {
        print(jobs);
      }
    }
    return ExitCode.DONE;
  }

  private void print(AnswerStream<JobStatus> jobs) throws IOException {
    Table table =
        new Table("ID", "STATE", "TASKS", "FAILED", "KIND", "SUBMITTED", "RAN", "NAME")
            .cutting("NAME")
            .leavingOut("KIND", "SUBMITTED", "FAILED", "RAN", "TASKS", "NAME");
    Instant now = Instant.now();
    while (jobs.hasNext()) {
      JobStatus job = jobs.next();
      table.add(
          job.id(),
          job.state(),
          new Table.Cell(Text.tasks(job), Text.briefTasks(job)),
          new Table.Cell(Text.count(job.failed()), Text.briefCount(job.failed())),
          job.kind(),
          new Table.Cell(Text.time(job.submitted()), Text.briefTime(job.submitted(), now)),
          Text.ran(job, now),
          job.name());
    }
    table.print(machine);
  }
}
