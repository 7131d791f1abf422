package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.ToCoordinator.LogStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LogTailTest {
  /** One byte and where it was written. */
  private record Written(LogStream stream, byte value) {}

  private record Piece(LogStream stream, int length) {}

  /** Around the capacity that a ring begins with, so that it grows, wraps and is filled at once. */
  @Property
  void theLastBytesAreKeptInTheirOrder(
      @ForAll @IntRange(max = 9000) int limit,
      @ForAll @Size(max = 2) List<@Size(max = 12) List<@net.jqwik.api.From("pieces") Piece>> tasks) {
    LogTail tail = new LogTail(limit);
    int value = 0;
    for (List<Piece> task : tasks) {
      List<Written> all = new ArrayList<>();
      for (Piece piece : task) {
        byte[] bytes = new byte[piece.length + 3];
        for (int i = 0; i < piece.length; i++) {
          bytes[i + 2] = (byte) value++;
          all.add(new Written(piece.stream, bytes[i + 2]));
        }
        tail.add(piece.stream, bytes, 2, piece.length);
      }
      assertKept(tail.take(), all, limit);
    }
    assertThat(tail.take()).isEmpty();
  }

  @Provide
  Arbitrary<Piece> pieces() {
    Arbitrary<Integer> lengths =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 20), Arbitraries.integers().between(0, 10_000));
    return Combinators.combine(Arbitraries.of(LogStream.class), lengths).as(Piece::new);
  }

  private static void assertKept(List<LogTail.Run> runs, List<Written> all, int limit) {
    int leftOut = Math.max(0, all.size() - limit);
    List<LogTail.Run> kept = runs;
    if (leftOut > 0) {
      assertThat(text(runs.get(0))).isEqualTo(TaskOutput.leftOut(leftOut));
      kept = runs.subList(1, runs.size());
    }
    List<Written> found = new ArrayList<>();
    for (LogTail.Run run : kept) {
      for (byte each : run.bytes()) {
        found.add(new Written(run.stream(), each));
      }
    }
    assertThat(found.equals(all.subList(leftOut, all.size())))
        .as("%d bytes kept of %d, limit %d", found.size(), all.size(), limit)
        .isTrue();
    for (int i = 1; i < kept.size(); i++) {
      assertThat(kept.get(i).stream()).as("runs are whole").isNotEqualTo(kept.get(i - 1).stream());
    }
  }

  @Test
  void theLineAboutWhatIsLeftOutIsInTheStreamThatGoesOn() {
    LogTail tail = new LogTail(4);
    add(tail, LogStream.STDOUT, "gone");
    add(tail, LogStream.STDERR, "kept");
    assertThat(tail.take())
        .extracting(LogTail.Run::stream)
        .containsExactly(LogStream.STDERR, LogStream.STDERR);
  }

  @Test
  void whereNothingIsKeptOnlyTheirNumberIsSaid() {
    LogTail tail = new LogTail(0);
    add(tail, LogStream.STDERR, "abc");
    add(tail, LogStream.STDERR, "");
    assertThat(tail.take()).extracting(LogTailTest::text).containsExactly(TaskOutput.leftOut(3));
    assertThat(tail.take()).isEmpty();
  }

  private static void add(LogTail tail, LogStream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.add(stream, bytes, 0, bytes.length);
  }

  private static String text(LogTail.Run run) {
    return new String(run.bytes(), StandardCharsets.UTF_8);
  }
}
