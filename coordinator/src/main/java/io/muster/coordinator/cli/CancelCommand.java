package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cancel}. */
@Command(
    name = "cancel",
    description = "Stops a job: what waits is cancelled, what runs is killed.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster cancel last", "  muster cancel 7 8"})
final class CancelCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "Jobs by number, or last.")
  private List<String> jobs = new ArrayList<>();

  CancelCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) {
    return each(
        jobs,
        job -> {
          cluster.cancel(job);
          machine.say("job " + job + " is cancelled");
        });
  }
}
