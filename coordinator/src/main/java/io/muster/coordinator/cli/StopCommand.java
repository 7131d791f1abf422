package io.muster.coordinator.cli;

import io.muster.client.wire.CoordinatorApi;
import picocli.CommandLine.Command;

/** {@code stop}: ends a coordinator in order. */
@Command(
    name = "stop",
    description = "Ends a coordinator in order; jobs and workers wait for the next one.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster stop", "  muster stop --api 127.0.0.1:7351"})
final class StopCommand extends ClientCommand {
  StopCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) {
    cluster.stop();
    machine.say("the coordinator at " + cluster.address() + " stops");
    return ExitCode.DONE;
  }
}
