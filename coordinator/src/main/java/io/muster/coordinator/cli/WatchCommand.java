package io.muster.coordinator.cli;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code watch}: jobs, one after the other, live. */
@Command(
    name = "watch",
    description =
        "Shows a progress bar until jobs have ended, one by one; exit 0 if all succeeded.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster watch last", "  muster watch 7 --within 10m"})
final class WatchCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "Jobs by number, or last.")
  private List<String> jobs = new ArrayList<>();

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = Amounts.Span.class,
      description = "How long at most, 10m say; then exit 124, and the jobs go on.")
  private @Nullable Duration within;

  WatchCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    List<JobId> ids = jobs.stream().map(this::job).toList();
    Waiting waiting = new Waiting(machine, cluster, within);
    JsonLines lines = new JsonLines(machine.out());
    boolean good = true;
    for (JobId id : ids) {
      JobStatus end = waiting.end(id);
      good &= end.state() == JobState.SUCCEEDED;
      if (json()) {
        lines.job(end, new ShownValues(cluster));
      }
    }
    return good ? ExitCode.DONE : ExitCode.JOB_DID_NOT_SUCCEED;
  }
}
