package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code drain}: takes a worker out of service. */
@Command(
    name = "drain",
    description = "Takes a worker out of service: it finishes what it runs and ends.",
    footerHeading = "%nExamples:%n",
    footer = "  muster drain w3    # 'muster workers' lists them")
final class DrainCommand extends ClientCommand {
  @Parameters(paramLabel = "WORKER", description = "The worker's id.")
  private String worker = "";

  DrainCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) {
    cluster.drain(worker);
    machine.say("worker " + worker + " drains");
    return ExitCode.DONE;
  }
}
