package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code forget}. */
@Command(
    name = "forget",
    description = "Deletes an ended job with its inputs, results and logs.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster forget last", "  muster forget 7 8"})
final class ForgetCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "Jobs by number, or last.")
  private List<String> jobs = new ArrayList<>();

  ForgetCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) {
    return each(
        jobs,
        job -> {
          cluster.forget(job);
          machine.say("job " + job + " is forgotten");
        });
  }
}
