package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code retry}. */
@Command(
    name = "retry",
    description = "Runs every task of an ended job again that has not succeeded.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster retry last", "  muster retry 7 8"})
final class RetryCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "Jobs by number, or last.")
  private List<String> jobs = new ArrayList<>();

  RetryCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) {
    return each(
        jobs,
        job -> {
          cluster.retry(job);
          machine.say("job " + job + " runs again what has not succeeded");
        });
  }
}
