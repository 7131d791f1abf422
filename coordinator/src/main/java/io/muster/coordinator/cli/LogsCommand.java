package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.LogPiece;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: what tasks printed. */
@Command(
    name = "logs",
    description = "Prints what tasks wrote to standard output and error.",
    footerHeading = "%nExamples:%n",
    footer = {"  muster logs last", "  muster logs 7 -f", "  muster logs 7 --task 3"})
final class LogsCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "The job's number, or last.")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Follow a job that still runs, to its end.")
  private boolean follow;

  @Option(names = "--task", paramLabel = "N", description = "Of this task only.")
  private @Nullable Long task;

  private long lastTask = Long.MIN_VALUE;
  private int lastTry;
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
    JobId job = job(id);
    boolean reached = false;
    try (AnswerStream<LogPiece> pieces = cluster.logs(job, follow, task)) {
      while (pieces.hasNext()) {
        LogPiece piece = pieces.next();
        reached = true;
        if (json()) {
          json(piece, lines);
        } else {
          plain(piece);
        }
        if (follow) {
          machine.out().flush();
        }
      }
    } catch (ClusterException.NotReached e) {
      throw follow && reached ? cutOff(e, job, "logs") : e;
    }
    return ExitCode.DONE;
  }

  private static void json(LogPiece piece, JsonLines lines) throws IOException {
    JsonGenerator json = lines.generator();
    json.writeStartObject();
    lines.number("task", piece.task() < 0 ? null : piece.task());
    json.writeNumberField("try", piece.tryNumber());
    json.writeStringField("stream", piece.stderr() ? "stderr" : "stdout");
    json.writeStringField("text", new String(piece.bytes(), StandardCharsets.UTF_8));
    lines.endLine();
  }

  /** On a terminal a heading says whose lines follow; a pipe gets the bytes alone. */
  private void plain(LogPiece piece) throws IOException {
    if (!machine.outIsTerminal()) {
      machine.out().write(piece.bytes());
      return;
    }
    if (piece.task() != lastTask || piece.tryNumber() != lastTry) {
      String heading =
          piece.task() < 0 ? "job" : "task " + piece.task() + " try " + piece.tryNumber();
      machine.print((atLineStart ? "" : "\n") + "--- " + heading);
      lastTask = piece.task();
      lastTry = piece.tryNumber();
    }
    byte[] bytes = piece.bytes();
    atLineStart = bytes.length == 0 ? atLineStart : bytes[bytes.length - 1] == '\n';
    String text = Text.harmless(new String(bytes, StandardCharsets.UTF_8));
    machine.out().write(text.getBytes(StandardCharsets.UTF_8));
  }
}
