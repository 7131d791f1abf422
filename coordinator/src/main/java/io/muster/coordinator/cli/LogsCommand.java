package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.model.LogPiece;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: what tasks printed. */
@Command(
    name = "logs",
    description =
        "Prints what tasks wrote to standard output and error; of a pipeline, stage by stage.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster logs last",
      "  muster logs 7 -f",
      "  muster logs 7 --task 3",
      "  muster logs 7 --stage parse"
    })
final class LogsCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Follow a job that still runs, to its end.")
  private boolean follow;

  @Option(names = "--task", paramLabel = "N", description = "Of this task only.")
  private @Nullable Long task;

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "Of this stage of a pipeline only, which has tasks of its own.")
  private @Nullable String stage;

  private String lastHeading = "";
  private boolean atLineStart = true;

  LogsCommand(Surroundings machine) {
    super(machine);
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    if (task != null && task < 0) {
      throw new Refused(ExitCode.WRONG_USAGE, "--task: a task's number is not negative: " + task);
    }
    JsonLines lines = new JsonLines(machine.out());
    for (Part part : parts(cluster, job(id))) {
      print(cluster, part, lines);
    }
    return ExitCode.DONE;
  }

  /**
   * A job whose logs are asked for.
   *
   * @param stage what it is of a pipeline, or null
   */
  private record Part(JobId job, @Nullable String stage) {}

  /** The job, or of a pipeline its stages. */
  private List<Part> parts(CoordinatorApi cluster, JobId job) {
    JobStatus status = cluster.job(job);
    if (!status.isPipeline()) {
      if (stage != null) {
        throw new Refused(
            ExitCode.WRONG_USAGE, "--stage: job " + job + " is no pipeline and has no stages");
      }
      return List.of(new Part(job, null));
    }
    if (task != null && stage == null) {
      throw new Refused(
          ExitCode.WRONG_USAGE,
          "--task of a pipeline goes with --stage: each has tasks of its own");
    }
    List<Part> parts =
        status.stages().stream()
            .filter(each -> stage == null || stage.equals(each.name()))
            .map(each -> new Part(new JobId(each.id()), each.name()))
            .toList();
    if (parts.isEmpty()) {
      String names =
          status.stages().stream().map(JobStatus.Stage::name).collect(Collectors.joining(", "));
      throw new Refused(
          ExitCode.NOT_FOUND,
          "--stage: job " + job + " has no stage '" + stage + "'; there are " + names);
    }
    return parts;
  }

  private void print(CoordinatorApi cluster, Part part, JsonLines lines) throws IOException {
    boolean reached = false;
    try (AnswerStream<LogPiece> pieces = cluster.logs(part.job(), follow, task)) {
      while (pieces.hasNext()) {
        LogPiece piece = pieces.next();
        reached = true;
        if (json()) {
          json(part, piece, lines);
        } else {
          plain(part, piece);
        }
        if (follow) {
          machine.out().flush();
        }
      }
    } catch (ClusterException.NotReached e) {
      throw follow && reached ? cutOff(e, part.job(), "logs") : e;
    }
  }

  private static void json(Part part, LogPiece piece, JsonLines lines) throws IOException {
    JsonGenerator json = lines.generator();
    json.writeStartObject();
    lines.number("task", piece.task() < 0 ? null : piece.task());
    json.writeNumberField("try", piece.tryNumber());
    json.writeStringField("stream", piece.stderr() ? "stderr" : "stdout");
    json.writeStringField("text", new String(piece.bytes(), StandardCharsets.UTF_8));
    if (part.stage() != null) {
      json.writeStringField("stage", part.stage());
    }
    lines.endLine();
  }

  /** On a terminal a heading says whose lines follow; a pipe gets the bytes alone. */
  private void plain(Part part, LogPiece piece) throws IOException {
    if (!machine.outIsTerminal()) {
      machine.out().write(piece.bytes());
      return;
    }
    String heading = heading(part, piece);
    if (!heading.equals(lastHeading)) {
      machine.print((atLineStart ? "" : "\n") + "--- " + heading);
      lastHeading = heading;
    }
    byte[] bytes = piece.bytes();
    atLineStart = bytes.length == 0 ? atLineStart : bytes[bytes.length - 1] == '\n';
    String text = Text.harmless(new String(bytes, StandardCharsets.UTF_8));
    machine.out().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String heading(Part part, LogPiece piece) {
    String stage = part.stage() == null ? "" : "stage " + Text.oneLine(part.stage()) + " ";
    return stage
        + (piece.task() < 0 ? "job" : "task " + piece.task() + " try " + piece.tryNumber());
  }
}
