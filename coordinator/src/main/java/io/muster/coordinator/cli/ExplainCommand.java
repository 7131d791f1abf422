package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a job or a task is (not) running. */
@Command(
    name = "explain",
    description = "Says why a job, or one of its tasks, is running or is not.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster explain last", "  muster explain 7 3"})
final class ExplainCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "One of its tasks.")
  private @Nullable Long task;

  ExplainCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    if (task != null && task < 0) {
      throw new Refused(ExitCode.WRONG_USAGE, "a task's number is not negative: " + task);
    }
    List<String> lines = cluster.explain(job(id), task);
    if (json()) {
      JsonLines out = new JsonLines(machine.out());
      JsonGenerator json = out.generator();
      json.writeStartObject();
      json.writeArrayFieldStart("lines");
      for (String line : lines) {
        json.writeString(line);
      }
      json.writeEndArray();
      out.endLine();
    } else {
      for (String line : lines) {
        machine.print(line);
      }
    }
    return ExitCode.DONE;
  }
}
