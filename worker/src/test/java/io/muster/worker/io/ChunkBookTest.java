package io.muster.worker.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.harness.IoProgram.Encoded;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkBookTest {
  private static final AttemptId ATTEMPT = new AttemptId(1, 100);
  private static final long LATER = 2 * ChunkBook.PATIENCE_NANOS;

  private final List<Outcomes> said = new ArrayList<>();
  private final Causes causes = new Causes(false);
  private final ChunkBook book = book(10, 20);

  private static ChunkBook book(long from, long until, int... tries) {
    return new ChunkBook(ATTEMPT, new Interval(from, until), Encoding.JSON, tries, 0);
  }

  private static Ending value(String text) {
    return new Ending.Succeeded(new Encoded(text.getBytes(StandardCharsets.UTF_8), null));
  }

  private void ended(ChunkBook in, long... indices) {
    for (long index : indices) {
      in.ended(index, value("" + index), 1);
    }
  }

  private List<Interval> reported(ChunkBook of) {
    said.clear();
    of.report(causes, said::add);
    return said.stream().map(Outcomes::interval).toList();
  }

  @Test
  void whatEndedFromTheFrontOnIsReportedOnce() {
    ended(book, 11, 10);
    assertThat(reported(book)).containsExactly(new Interval(10, 12));
    assertThat(new String(said.get(0).values().bytes(), StandardCharsets.UTF_8)).isEqualTo("1011");
    assertThat(reported(book)).isEmpty();
    ended(book, 12, 13, 14, 15, 16, 17, 18, 19);
    assertThat(reported(book)).containsExactly(new Interval(12, 20));
    assertThat(book.isOver()).isTrue();
  }

  @Test
  void whatEndedBehindATaskThatGoesOnWaitsForAMoment() {
    ended(book, 12, 13);
    assertThat(reported(book)).isEmpty();
    assertThat(book.hasNews()).isTrue();
    assertThat(book.divide(2)).isNull();
  }

  @Test
  void thenItIsDividedOff() {
    ended(book, 10, 12, 13, 15);
    assertThat(reported(book)).containsExactly(new Interval(10, 11));
    ChunkBook rest = book.divide(LATER);
    assertThat(rest.attempt()).isEqualTo(new AttemptId(1, 102));
    assertThat(rest.first()).isEqualTo(12);
    assertThat(rest.until()).isEqualTo(20);
    assertThat(book.until()).isEqualTo(12);
    assertThat(book.hasNews()).isFalse();
    assertThat(reported(rest)).containsExactly(new Interval(12, 14));
    ChunkBook next = rest.divide(LATER);
    assertThat(next.attempt()).isEqualTo(new AttemptId(1, 105));
    assertThat(reported(next)).containsExactly(new Interval(15, 16));
    assertThat(next.divide(LATER)).isNull();
    ended(book, 11);
    assertThat(reported(book)).containsExactly(new Interval(11, 12));
    assertThat(book.isOver()).isTrue();
  }

  @Test
  void failuresNameTheirTryAlsoWhenTheyAreDividedOff() {
    ChunkBook tried = book(0, 4, 1, 2, 3, 4);
    Failure failure = Failure.of(FailureKind.EXCEPTION, "no");
    tried.ended(2, new Ending.Failed(failure), 1);
    tried.ended(3, new Ending.Failed(failure), 1);
    ChunkBook rest = tried.divide(LATER);
    reported(rest);
    assertThat(said.get(0).tries()).containsExactly(3, 4);
    assertThat(said.get(0).failures()).containsExactly(failure);
    assertThat(said.get(0).causes()).containsExactly(0, 0);
  }

  @Test
  void muchIsReportedInParts() {
    byte[] large = new byte[40_000];
    for (long index = 10; index < 20; index++) {
      book.ended(index, new Ending.Succeeded(new Encoded(large, null)), 1);
    }
    assertThat(reported(book)).hasSize(5);
    assertThat(book.isOver()).isTrue();
  }

  @Test
  void afterAThousandFailuresThoseOfACauseAreToldAsTheFirstOfThem() {
    for (int i = 0; i < 1_000; i++) {
      Failure whole = Failure.of(FailureKind.EXCEPTION, "failure " + i);
      assertThat(causes.told(whole)).isSameAs(whole);
    }
    Failure first = Failure.of(FailureKind.EXCEPTION, "the first");
    assertThat(causes.told(first)).isSameAs(first);
    assertThat(causes.told(Failure.of(FailureKind.EXCEPTION, "another"))).isSameAs(first);
    Failure other = Failure.of(FailureKind.TIMEOUT, "of another kind");
    assertThat(causes.told(other)).isSameAs(other);
  }
}
