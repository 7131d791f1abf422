package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TaskResult;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code results}: what came out. */
@Command(
    name = "results",
    description = "Prints what came out, in task order; exit 1 if anything is missing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster results last",
      "  muster results 7 -f --output json",
      "  muster results 7 --format null | xargs -0 -n1 echo"
    })
final class ResultsCommand extends ClientCommand {
  private static final int FLUSH_EVERY = 256;

  /** What stands between plain results. */
  enum Separation {
    lines,
    NULL,
    raw;

    @Override
    public String toString() {
      return this == NULL ? "null" : name();
    }
  }

  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Follow a job that still runs, to its end.")
  private boolean follow;

  @Option(
      names = "--tasks",
      description = "Of a job that combines or reduces: the results of its tasks.")
  private boolean tasks;

  @Option(
      names = "--format",
      paramLabel = "lines|null|raw",
      description = "Plain results one a line, each ended by NUL, or as they are (lines).")
  private Separation format = Separation.lines;

  private long printed;

  ResultsCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    JobId job = job(id);
    JobStatus before = cluster.job(job);
    boolean one = before.reduces() && !tasks;
    printAll(cluster, job, one);
    JobStatus after = follow ? cluster.job(job) : before;
    return isWhole(after, one) ? ExitCode.DONE : missing(after, one);
  }

  private boolean isWhole(JobStatus job, boolean one) {
    return one
        ? printed == 1
        : job.state().isEnd() && job.total() != null && job.succeeded() == job.total();
  }

  private ExitCode missing(JobStatus job, boolean one) {
    String what = one ? "no result" : missingTasks(job);
    String why =
        switch (job.state()) {
          case SUCCEEDED, FAILED ->
              job.failed() > 0 ? "; 'muster failures " + job.id() + "' tells why" : "";
          case CANCELLED -> "; the job was cancelled";
          default -> "; the job is " + job.state() + ", -f follows it";
        };
    machine.say("job " + job.id() + ": " + what + why);
    return ExitCode.JOB_DID_NOT_SUCCEED;
  }

  private static String missingTasks(JobStatus job) {
    if (job.total() == null) {
      return "more results may come";
    }
    String some = Text.count(job.total() - job.succeeded()) + " of " + Text.count(job.total());
    return some + (job.isPipeline() ? " tasks have not succeeded" : " results are missing");
  }

  private void printAll(CoordinatorApi cluster, JobId job, boolean one) throws IOException {
    Printer printer = json() ? new Json(cluster, one) : new Plain(cluster);
    try (AnswerStream<TaskResult> results = cluster.results(job, follow, tasks, 0)) {
      while (results.hasNext()) {
        printer.print(results.next());
        printed++;
        if (follow || printed % FLUSH_EVERY == 0) {
          machine.out().flush();
        }
      }
    } catch (ClusterException.NotReached e) {
      throw follow ? cutOff(e, job, "results") : e;
    }
  }

  /** One result after the other. */
  private interface Printer {
    void print(TaskResult result) throws IOException;
  }

  private final class Json implements Printer {
    private final JsonLines lines = new JsonLines(machine.out());
    private final ShownValues values;
    private final boolean one;

    Json(CoordinatorApi cluster, boolean one) throws IOException {
      values = new ShownValues(cluster);
      this.one = one;
    }

    @Override
    public void print(TaskResult result) throws IOException {
      JsonGenerator json = lines.generator();
      json.writeStartObject();
      if (!one) {
        json.writeNumberField("task", result.task());
      }
      json.writeFieldName("result");
      values.json(result.value(), json);
      json.writeStringField("encoding", values.encoding(result.value()));
      lines.endLine();
    }
  }

  private final class Plain implements Printer {
    private final ShownValues values;
    private final TrimmedOutput trimmed = new TrimmedOutput(machine.out(), machine.outIsTerminal());

    Plain(CoordinatorApi cluster) {
      values = new ShownValues(cluster);
    }

    @Override
    public void print(TaskResult result) throws IOException {
      if (format == Separation.raw) {
        values.plain(result.value(), machine.out());
      } else {
        values.plain(result.value(), trimmed);
        trimmed.end(format == Separation.NULL ? 0 : '\n');
      }
    }
  }
}
