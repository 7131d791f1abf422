package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.harness.Harness.Ran;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CombiningChunkTest {
  private static final long FIRST = -1000;
  private static final Inputs.Range RANGE = new Inputs.Range(FIRST, 100_000, 1);
  private static final Interval CHUNK = new Interval(7, 507);

  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private Harness harness;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Gather",
                """
                /** The numbers themselves, in a list that combining changes: any mistake shows. */
                public class Gather implements RangeTask<List<Long>>, Combine<List<Long>> {
                  public static java.util.function.LongConsumer each = number -> {};
                  public static java.util.function.Consumer<List<Long>> combined = list -> {};
                  public static java.util.function.Consumer<TaskContext> called = context -> {};

                  public List<Long> run(long from, long until, TaskContext context) {
                    called.accept(context);
                    List<Long> numbers = new ArrayList<>();
                    for (long number = from; number < until; number++) {
                      each.accept(number);
                      numbers.add(number);
                    }
                    return numbers;
                  }

                  public List<Long> combine(List<Long> left, List<Long> right) {
                    left.addAll(right);
                    right.clear();
                    combined.accept(left);
                    return left;
                  }
                }
                """)
            .with(
                "demo.Unwritable",
                """
                public class Unwritable implements RangeTask<Object>, Combine<Object> {
                  public Object run(long from, long until, TaskContext context) {
                    return new Thread();
                  }
                  public Object combine(Object left, Object right) { return left; }
                }
                """)
            .with(
                "demo.Nothing",
                """
                public class Nothing implements RangeTask<Long>, Combine<Long> {
                  public Long run(long from, long until, TaskContext context) { return null; }
                  public Long combine(Long left, Long right) { return left; }
                }
                """)
            .in(jars.resolve("demo.jar"));
  }

  @BeforeEach
  void makeHarness() throws Exception {
    harness = new Harness(folder, jar);
  }

  @AfterEach
  void closeHarness() throws Exception {
    harness.close();
  }

  @Test
  void aWholeChunkHasOneValue() throws Exception {
    Ran ran = gather();
    assertThat(ran.reports()).hasSize(1);
    assertThat(ran.reports().get(0).combined()).isTrue();
    assertThat(ran.said().get(ran.said().size() - 1))
        .isEqualTo(new ChunkEnded(Harness.ATTEMPT, CHUNK.until()));
    assertThat(failedOf(ran)).isEmpty();
  }

  @Test
  void anIndexThatThrowsFailsAlone() throws Exception {
    throwAt(Set.of(FIRST + 100, FIRST + 101, FIRST + 400));
    Ran ran = gather();
    assertThat(failedOf(ran)).containsExactly(100L, 101L, 400L);
    assertThat(ran.reports())
        .filteredOn(Outcomes::combined)
        .extracting(Outcomes::interval)
        .containsExactly(new Interval(7, 100), new Interval(102, 400), new Interval(401, 507));
    assertThat(failuresOf(ran))
        .extracting(Failure::headline)
        .containsExactly(
            "java.lang.IllegalStateException: -900",
            "java.lang.IllegalStateException: -899",
            "java.lang.IllegalStateException: -600");
  }

  @Test
  void whereEveryIndexThrowsEachFails() throws Exception {
    harness.set(
        "demo.Gather",
        "each",
        (LongConsumer)
            number -> {
              throw new IllegalStateException();
            });
    assertThat(failedOf(gather())).hasSize(500);
  }

  @Test
  void aChunkWhoseTailIsTakenBackEndsThere() throws Exception {
    harness.set(
        "demo.Gather",
        "each",
        (LongConsumer)
            number -> {
              if (number == FIRST + 50) {
                harness.worker().retract(0);
              }
            });
    Ran ran = gather();
    assertThat(ran.until()).isBetween(51L, 200L).isEqualTo(7 + harness.worker().end());
  }

  /** What the worker sees must not depend on how the chunk happened to be cut into blocks. */
  @Test
  void whateverThrowsAndIsTakenBackNothingIsLostOrTwice() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Set<Long> throwing = numbers(random);
      Set<Long> uncombinable = numbers(random);
      Set<Long> retracting = numbers(random);
      int keep = random.nextInt(1001);
      throwAt(throwing, retracting, keep);
      harness.set(
          "demo.Gather",
          "combined",
          (Consumer<List<Long>>)
              list -> {
                if (list.stream().anyMatch(uncombinable::contains)) {
                  throw new UnsupportedOperationException();
                }
              });
      Ran ran = gather();
      Set<Long> expected =
          throwing.stream()
              .map(number -> number - FIRST)
              .filter(index -> index < ran.until())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(failedOf(ran)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** Some numbers of the chunk, or none. */
  private static Set<Long> numbers(Random random) {
    return random
        .longs(random.nextInt(5), FIRST + CHUNK.from(), FIRST + CHUNK.until())
        .boxed()
        .collect(Collectors.toSet());
  }

  @Test
  void whereCombiningThrowsTheWorkerGetsThePieces() throws Exception {
    harness.set(
        "demo.Gather",
        "combined",
        (Consumer<List<Long>>)
            list -> {
              if (list.size() > 20) {
                throw new UnsupportedOperationException();
              }
            });
    Ran ran = gather();
    assertThat(failedOf(ran)).isEmpty();
    assertThat(ran.reports()).hasSizeGreaterThan(1);
  }

  @Test
  void aBlockKnowsItsFirstIndexAndThatOnesTry() throws Exception {
    List<Long> seen = new ArrayList<>();
    harness.set(
        "demo.Gather",
        "called",
        (Consumer<io.muster.api.TaskContext>)
            context -> {
              seen.add(context.index());
              assertThat(context.tryNumber()).isEqualTo(1 + (context.index() - 7) % 9);
            });
    int[] tries = LongStream.range(0, CHUNK.size()).mapToInt(k -> 1 + (int) k % 9).toArray();
    throwAt(Set.of(FIRST + 12));
    Ran ran = harness.run(harness.load("demo.Gather", RANGE), CHUNK, Values.NONE, tries);
    assertThat(seen).startsWith(7L, 8L).contains(12L);
    Outcomes failed = ran.reports().get(1);
    assertThat(failed.interval()).isEqualTo(new Interval(12, 13));
    assertThat(failed.tries()).containsExactly(6);
  }

  @Test
  void aResultThatCannotBeWrittenFailsAllThatItIsOf() throws Exception {
    Ran ran = harness.run("demo.Unwritable", RANGE, CHUNK);
    assertThat(failuresOf(ran)).hasSize(500).allMatch(each -> each.kind() == FailureKind.ENCODE);
    harness.resultLimit(50);
    ran = gather();
    assertThat(failuresOf(ran)).hasSize(500).allMatch(each -> each.kind() == FailureKind.LIMIT);
    assertThat(ran.until()).isEqualTo(CHUNK.until());
  }

  @Test
  void nullIsAResultToo() throws Exception {
    Ran ran = harness.run("demo.Nothing", RANGE, CHUNK);
    assertThat(ran.reports()).hasSize(1);
    assertThat(harness.texts(ran.reports())).containsExactly("null");
  }

  @Test
  void whereMemoryRunsOutWhatWasBeforeIsReportedAndTheProcessEnds() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    harness.set(
        "demo.Gather",
        "each",
        (LongConsumer)
            number -> {
              if (number == FIRST + 60) {
                throw error;
              }
            });
    Ran ran = harness.run("demo.Gather", RANGE, CHUNK);
    assertThat(ran.thrown()).isSameAs(error);
    assertThat(Said.of(ran.said(), ChunkEnded.class)).isEmpty();
    Outcomes before = ran.reports().get(0);
    assertThat(before.combined()).isTrue();
    assertThat(before.interval().from()).isEqualTo(7);
    assertThat(before.interval().until()).isBetween(8L, 60L);
    assertThat(harness.texts(before.values())).containsExactly(text(before.interval()));
  }

  @Test
  void whereMemoryRunsOutInASingleIndexItFails() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    harness.set(
        "demo.Gather",
        "each",
        (LongConsumer)
            number -> {
              throw error;
            });
    Ran ran = harness.run("demo.Gather", RANGE, CHUNK);
    assertThat(ran.thrown()).isSameAs(error);
    assertThat(failuresOf(ran)).extracting(Failure::kind).containsExactly(FailureKind.MEMORY);
  }

  @Test
  void whereMemoryRunsOutInCombiningNothingOfItIsReported() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    harness.set(
        "demo.Gather",
        "combined",
        (Consumer<List<Long>>)
            list -> {
              throw error;
            });
    Ran ran = harness.run("demo.Gather", RANGE, CHUNK);
    assertThat(ran.thrown()).isSameAs(error);
    assertThat(ran.reports()).isEmpty();
  }

  private void throwAt(Set<Long> throwing) throws Exception {
    throwAt(throwing, Set.of(), 1000);
  }

  private void throwAt(Set<Long> throwing, Set<Long> retracting, int keepPermille)
      throws Exception {
    harness.set(
        "demo.Gather",
        "each",
        (LongConsumer)
            number -> {
              if (retracting.contains(number)) {
                harness.worker().retract(keepPermille);
              }
              if (throwing.contains(number)) {
                throw new IllegalStateException(String.valueOf(number));
              }
            });
  }

  /** Runs it, and checks that the reports are of the whole chunk and each value is its own. */
  private Ran gather() throws Exception {
    Ran ran = harness.run("demo.Gather", RANGE, CHUNK);
    assertThat(ran.thrown()).isNull();
    assertThat(ran.until()).isEqualTo(CHUNK.from() + harness.worker().end());
    List<Outcomes> reports = ran.reports();
    assertThat(reports.get(0).interval().from()).isEqualTo(CHUNK.from());
    assertThat(reports.get(reports.size() - 1).interval().until()).isEqualTo(ran.until());
    for (Outcomes report : reports) {
      if (report.combined()) {
        assertThat(harness.texts(report.values())).containsExactly(text(report.interval()));
      } else {
        assertThat(report.failedOffsets()).hasSize((int) report.interval().size());
      }
    }
    return ran;
  }

  /** The result of these indices as JSON. */
  private static String text(Interval interval) {
    return LongStream.range(FIRST + interval.from(), FIRST + interval.until())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static Set<Long> failedOf(Ran ran) {
    Set<Long> failed = new TreeSet<>();
    for (Outcomes report : ran.reports()) {
      for (int offset : report.failedOffsets()) {
        failed.add(report.interval().from() + offset);
      }
    }
    return failed;
  }

  private static List<Failure> failuresOf(Ran ran) {
    List<Failure> failures = new ArrayList<>();
    for (Outcomes report : ran.reports()) {
      for (int cause : report.causes()) {
        failures.add(report.failures().get(cause));
      }
    }
    return failures;
  }
}
