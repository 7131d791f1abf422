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
  void columnsGiveWayInTheOrderOfTheirWorth() {
    Table table =
        new Table("ID", "STATE", "TASKS", "KIND", "NAME")
            .cutting("NAME")
            .leavingOut("KIND", "TASKS", "NAME");
    Table.Cell tasks = new Table.Cell("1,000,000,000/1,000,000,000", "1G/1G");
    table.add(12, "succeeded", tasks, "command", "a name of quite some length");
    assertThat(table.lines(90).get(1))
        .isEqualTo(
            "12  succeeded  1,000,000,000/1,000,000,000  command  a name of quite some length");
    assertThat(table.lines(73).get(1)).endsWith("1,000,000,000  command  a name of quite som…");
    assertThat(table.lines(60).get(1))
        .isEqualTo("12  succeeded  1G/1G  command  a name of quite some length");
    assertThat(table.lines(40).get(1)).isEqualTo("12  succeeded  1G/1G  command  a name o…");
    assertThat(table.lines(35).get(1)).isEqualTo("12  succeeded  1G/1G  a name of qu…");
    assertThat(table.lines(23).get(1)).isEqualTo("12  succeeded  a name …");
    for (int width = 1; width < 100; width++) {
      int most = width;
      assertThat(table.lines(width)).allSatisfy(line -> assertThat(line).hasSizeLessThan(most + 1));
    }
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

  @Test
  void anEndIsForetoldOnceThereIsSomethingToGoBy() {
    ProgressLine progress = new ProgressLine();
    progress.at(job(0, 0), 0);
    progress.at(job(1, 0), 300_000_000L);
    assertThat(progress.line(job(1, 0), 80)).doesNotContain("/s", "ETA");
    progress.at(job(2, 0), 2_000_000_000L);
    assertThat(progress.line(job(2, 0), 80)).contains("1.0/s").doesNotContain("ETA");
    progress.at(job(5, 0), 5_000_000_000L);
    assertThat(progress.line(job(5, 0), 80)).contains("1.0/s  ETA 16m35s");
  }

  @Test
  void whoBeginsToWatchLateSeesTheSameRate() {
    ProgressLine early = new ProgressLine();
    ProgressLine late = new ProgressLine();
    for (int second = 0; second <= 30; second++) {
      JobStatus now = job(second < 20 ? 0 : 40L * (second - 20), 0);
      early.at(now, second * 1_000_000_000L);
      if (second >= 23) {
        late.at(now, second * 1_000_000_000L);
      }
    }
    assertThat(early.line(job(400, 0), 80)).contains("  40/s  ETA 15s");
    assertThat(late.line(job(400, 0), 80)).isEqualTo(early.line(job(400, 0), 80));
  }

  @Test
  void whenAllTasksAreDoneTheStepBehindThemIsTold() {
    ProgressLine progress = new ProgressLine();
    progress.at(reducing(999), 0);
    progress.at(reducing(1000), 2_000_000_000L);
    assertThat(progress.line(reducing(1000), 80)).endsWith("100% 1,000/1,000  reducing");
    assertThat(Sentences.underWay(reducing(1000)))
        .isEqualTo("job 7 running: 1,000/1,000, reducing");
  }

  private static JobStatus job(long succeeded, long failed) {
    return job(succeeded, failed, false);
  }

  private static JobStatus reducing(long succeeded) {
    return job(succeeded, 0, true);
  }

  private static JobStatus job(long succeeded, long failed, boolean reduces) {
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
        reduces,
        List.of(),
        null);
  }
}
