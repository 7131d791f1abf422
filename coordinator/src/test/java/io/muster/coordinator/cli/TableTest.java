package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn for a terminal fits it and can't command it. */
class TableTest {
  @Test
  void theWidestColumnGivesWay() {
    Table table = new Table("ID", "NAME");
    table.add(1, "a name of some length");
    assertThat(table.lines(14)).containsExactly("ID  NAME", "1   a name of…");
    assertThat(table.lines(80)).containsExactly("ID  NAME", "1   a name of some length");
  }

  @Test
  void aTerminalIsNotCommandedByATask() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrimmedOutput trimmed = new TrimmedOutput(out, true);
    trimmed.write("\u001b[2J\ta\n".getBytes(StandardCharsets.UTF_8));
    trimmed.end('\n');
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\\x1b[2J\ta\n");
  }

  @Test
  void progressTellsTasksFailuresRateAndEnd() {
    ProgressLine progress = new ProgressLine();
    progress.at(job(0, 0), 0);
    progress.at(job(490, 10), 1_000_000_000L);
    assertThat(progress.line(job(490, 10), 80))
        .isEqualTo(
            "job 7 [##############--------------]  50% 500/1,000  10 failed  500/s  ETA 1.0s");
    assertThat(progress.line(job(490, 10), 40)).hasSizeLessThan(40);
  }

  private static JobStatus job(long succeeded, long failed) {
    long waiting = 1000 - succeeded - failed;
    Instant then = Instant.EPOCH;
    return new JobStatus(
        7,
        "",
        "command",
        JobState.RUNNING,
        1000L,
        waiting,
        0,
        succeeded,
        failed,
        0,
        then,
        then,
        null,
        null,
        null,
        "",
        false,
        List.of(),
        null);
  }
}
