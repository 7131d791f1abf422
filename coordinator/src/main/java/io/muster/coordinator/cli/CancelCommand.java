package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
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
    for (String text : jobs) {
      JobId job = job(text);
      cluster.cancel(job);
      machine.say("job " + job + " is cancelled");
    }
    return ExitCode.DONE;
  }
}
