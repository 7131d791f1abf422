package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Draws {@code docs/states.md} from {@link JobState#next()}, which the simulation holds every job
 * to. {@code MUSTER_WRITE_DOCS} in the environment writes the page anew.
 */
class StatesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "states.md");

  @Test
  void thePageShowsTheStatesThatThereAre() throws IOException {
    if (System.getenv("MUSTER_WRITE_DOCS") != null) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/states.md is stale; write it anew with:"
                + " MUSTER_WRITE_DOCS=1 ./mvnw -pl coordinator -am test -Dtest=StatesPageTest")
        .isEqualTo(page());
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# States\n\n");
    page.append(
        "Made by `StatesPageTest` from the code; the simulation checks that jobs keep to it.\n\n");
    page.append("## A job\n\n```mermaid\nstateDiagram-v2\n");
    page.append("    [*] --> waiting: submitted\n");
    for (JobState from : JobState.values()) {
      for (JobState to : from.next()) {
        page.append("    ").append(name(from)).append(" --> ").append(name(to));
        page.append(from.isEnd() ? ": retry\n" : label(to));
      }
      if (from.isEnd()) {
        page.append("    ").append(name(from)).append(" --> [*]: forget\n");
      }
    }
    page.append("```\n\n## An attempt\n\n");
    page.append("What the journal's records do to a chunk (or step) in the hands of a worker.\n\n");
    page.append("```mermaid\nstateDiagram-v2\n");
    page.append("    [*] --> sent: ChunkAssigned, StepAssigned\n");
    page.append("    sent --> started: AttemptStarted\n");
    page.append("    started --> started: TasksEnded (some), ChunkCut (the tail)\n");
    page.append(
        "    started --> started: ChunkDivided (of I/O; the rest is another, started too)\n");
    page.append("    started --> over: TasksEnded (the last), StepSucceeded\n");
    page.append("    started --> over: ChunkBroken, StepBroken (its process or worker died)\n");
    page.append("    sent --> over: ChunkCut (all of it), ChunkBroken (given back)\n");
    page.append("    sent --> over: JobEnded\n    started --> over: JobEnded\n    over --> [*]\n");
    page.append("```\n");
    return page.toString();
  }

  private static String label(JobState to) {
    return switch (to) {
      case WAITING -> ": inputs appended\n";
      case RUNNING -> ": something is handed out\n";
      case OPEN -> ": all inputs so far are done\n";
      case SUCCEEDED -> ": nothing is left to do\n";
      case FAILED -> ": a task or a step failed for good\n";
      case CANCELLED -> ": cancel\n";
    };
  }

  private static String name(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
