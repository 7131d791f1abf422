package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
  private static final AttemptId ATTEMPT = new AttemptId(2, 7);

  @TempDir Path unfinished;
  @TempDir Path folder;

  private final Said said = new Said();
  private final Reports reports = new Reports(said.outbox());
  private EncodedValue value;

  @BeforeEach
  void makeValue() {
    value = new EncodedValue(unfinished, folder);
  }

  @AfterEach
  void endOutbox() throws InterruptedException {
    said.close();
  }

  @Test
  void outcomesAreGatheredInOneReport() throws Exception {
    synchronized (said.outbox()) { // so that none of them is sent before the chunk's end
      reports.begin(ATTEMPT, new Interval(10, 1 << 30), Encoding.JSON);
      succeed("1");
      fail(new IllegalStateException("no"), 3);
      succeed("22");
      reports.end(ATTEMPT, 14);
    }
    List<FromProcess> messages = said.take();
    Outcomes report = Said.reports(messages).get(0);
    assertThat(messages)
        .containsExactly(new FromProcess.Reported(report), new ChunkEnded(ATTEMPT, 14));
    assertThat(report.attempt()).isEqualTo(ATTEMPT);
    assertThat(report.interval()).isEqualTo(new Interval(10, 13));
    assertThat(report.combined()).isFalse();
    assertThat(report.values().encoding()).isEqualTo(Encoding.JSON);
    assertThat(values(report)).containsExactly("1", "22");
    assertThat(report.failedOffsets()).containsExactly(1);
    assertThat(report.causes()).containsExactly(0);
    assertThat(report.tries()).containsExactly(3);
    assertThat(report.failures()).extracting(Failure::message).containsExactly("no");
    assertThat(report.elapsedNanos()).isNotNegative();
  }

  @Test
  void aChunkOfWhichNothingRanIsOnlyEnded() {
    reports.begin(ATTEMPT, new Interval(10, 1 << 30), Encoding.JSON);
    reports.end(ATTEMPT, 10);
    assertThat(said.take()).containsExactly(new ChunkEnded(ATTEMPT, 10));
  }

  @Test
  void aLongTasksNeighboursAreReportedWhileItRuns() throws Exception {
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    succeed("1");
    assertThat(Said.reports(said.take()))
        .extracting(Outcomes::interval)
        .containsExactly(new Interval(0, 1));
    succeed("2");
    reports.end(ATTEMPT, 2);
    List<Outcomes> later = Said.reports(said.take());
    assertThat(later).extracting(Outcomes::interval).containsExactly(new Interval(1, 2));
    assertThat(values(later.get(0))).containsExactly("2");
  }

  @Test
  void reportsAreCutToAMessagesSizeAndLeaveNothingOut() throws Exception {
    List<String> all = new ArrayList<>();
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    for (int i = 0; i < 3000; i++) {
      all.add((i + ".").repeat(20));
      succeed(all.get(i));
    }
    reports.end(ATTEMPT, 3000);
    List<Outcomes> sent = Said.reports(said.take());
    assertThat(sent).allMatch(each -> each.values().bytes().length <= EncodedValue.INLINE);
    assertThat(sent.get(0).interval().from()).isZero();
    assertThat(sent.get(sent.size() - 1).interval().until()).isEqualTo(3000);
    assertThat(sent.stream().flatMap(each -> values(each).stream())).isEqualTo(all);
  }

  @Test
  void verySmallResultsAreCountedToo() throws Exception {
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    synchronized (said.outbox()) {
      for (int i = 0; i < 40_000; i++) {
        succeed("");
      }
      reports.end(ATTEMPT, 40_000);
    }
    assertThat(Said.reports(said.take()))
        .hasSize(3)
        .allMatch(each -> each.interval().size() <= 1 << 14)
        .last()
        .extracting(each -> each.interval().until())
        .isEqualTo(40_000L);
  }

  @Test
  void aLargeResultIsNamedAndNotSent() throws Exception {
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    synchronized (said.outbox()) {
      succeed("a");
      succeed("x".repeat(EncodedValue.INLINE + 1));
      succeed("b");
      reports.end(ATTEMPT, 3);
    }
    Outcomes report = Said.reports(said.take()).get(0);
    assertThat(values(report)).containsExactly("a", "", "b");
    assertThat(report.values().blobs())
        .singleElement()
        .satisfies(
            blob -> {
              assertThat(blob.position()).isEqualTo(1);
              assertThat(folder.resolve(blob.blob().id().sha256())).exists();
            });
  }

  @Test
  void failuresAreSaidWholeUntilThereAreVeryMany() {
    List<Outcomes> sent = failAll(25_000);
    List<Failure> perTask = failuresByTask(sent);
    assertThat(perTask).hasSize(25_000);
    for (int i = 0; i < 1000; i++) {
      assertThat(perTask.get(i).message()).isEqualTo("input " + i);
    }
    assertThat(sent.get(sent.size() - 1).failures())
        .as("then those of one place share an entry")
        .hasSize(1);
    assertThat(perTask.get(24_999).message()).startsWith("input ");
    assertThat(perTask).allMatch(failure -> failure.type().endsWith("IllegalStateException"));
  }

  @Test
  void failuresAreCutToAMessagesSizeToo() {
    synchronized (said.outbox()) {
      reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
      for (int i = 0; i < 100; i++) {
        fail(new IllegalStateException("x".repeat(4000)), 1);
      }
      reports.end(ATTEMPT, 100);
    }
    List<Outcomes> sent = Said.reports(said.take());
    assertThat(sent).hasSizeGreaterThan(100 * 4000 / EncodedValue.INLINE);
    assertThat(failuresByTask(sent)).hasSize(100);
  }

  @Test
  void alsoVeryManyFailuresAreNotSaidToBeOtherOnes() {
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    for (int i = 0; i < 1000; i++) {
      fail(new IllegalStateException("first"), 1);
    }
    said.take();
    synchronized (said.outbox()) {
      for (int i = 0; i < 10; i++) {
        fail(i % 2 == 0 ? new IllegalStateException("even") : new Error("odd"), i + 1);
      }
      fail(UncodableValueException.tooLarge(2, 1), 1);
      reports.end(ATTEMPT, 1011);
    }
    Outcomes report = Said.reports(said.take()).get(0);
    assertThat(report.causes()).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2);
    assertThat(report.tries()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1);
    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsExactly(FailureKind.EXCEPTION, FailureKind.EXCEPTION, FailureKind.LIMIT);
    assertThat(report.failures()).extracting(Failure::message).startsWith("even", "odd");
  }

  /** Each report stands alone: what was said in the one before is not referred to. */
  @Test
  void everyReportHasTheFailuresThatItNames() {
    for (Outcomes report : failAll(3000)) {
      assertThat(Arrays.stream(report.causes()))
          .allMatch(cause -> cause < report.failures().size());
    }
  }

  private List<Outcomes> failAll(int tasks) {
    reports.begin(ATTEMPT, new Interval(0, 1 << 30), Encoding.JSON);
    for (int i = 0; i < tasks; i++) {
      fail(new IllegalStateException("input " + i), 1);
    }
    reports.end(ATTEMPT, tasks);
    List<Outcomes> sent = Said.reports(said.take());
    assertThat(sent).hasSizeGreaterThan(1);
    return sent;
  }

  private static List<Failure> failuresByTask(List<Outcomes> sent) {
    List<Failure> failures = new ArrayList<>();
    for (Outcomes report : sent) {
      assertThat(report.failedOffsets()).hasSize((int) report.interval().size());
      for (int cause : report.causes()) {
        failures.add(report.failures().get(cause));
      }
    }
    return failures;
  }

  @Test
  void aCombinedValueIsForAllSinceTheLastReport() throws Exception {
    synchronized (said.outbox()) {
      reports.begin(ATTEMPT, new Interval(100, 1 << 30), Encoding.JSON);
      write("5050");
      reports.combined(200, value);
      fail(new Error("one"), 1);
      fail(new Error("two"), 2);
      write("7");
      reports.combined(210, value);
      reports.end(ATTEMPT, 210);
    }
    List<Outcomes> sent = Said.reports(said.take());
    assertThat(sent)
        .extracting(Outcomes::interval)
        .containsExactly(new Interval(100, 200), new Interval(200, 202), new Interval(202, 210));
    assertThat(sent).extracting(Outcomes::combined).containsExactly(true, false, true);
    assertThat(sent)
        .extracting(ReportsTest::values)
        .containsExactly(List.of("5050"), List.of(), List.of("7"));
    assertThat(sent.get(1).tries()).containsExactly(1, 2);
  }

  @Test
  void withoutAChunkNothingIsCombined() throws Exception {
    write("1");
    assertThatThrownBy(() -> reports.combined(1, value)).isInstanceOf(IllegalStateException.class);
  }

  private void succeed(String result) throws Exception {
    write(result);
    reports.succeeded(value);
  }

  private void fail(Throwable thrown, int tryNumber) {
    reports.failed(thrown, tryNumber);
  }

  private void write(String result) throws Exception {
    value.reset(Long.MAX_VALUE);
    value.ascii(result);
    value.finish();
  }

  private static List<String> values(Outcomes report) {
    List<String> values = new ArrayList<>();
    int at = 0;
    for (int length : report.values().lengths()) {
      values.add(new String(report.values().bytes(), at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return values;
  }
}
