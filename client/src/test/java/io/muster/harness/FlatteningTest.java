package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.harness.Harness.Ran;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess.StepSucceeded;
import io.muster.protocol.process.ToProcess.Feed;
import io.muster.protocol.process.ToProcess.RunStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a stage that flattens: what they give is taken apart in their process. */
class FlatteningTest {
  private static final Inputs.Range NUMBERS = new Inputs.Range(0, 1000, 1);

  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private Harness harness;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Gives",
                """
                public class Gives implements Task<Long, Object> {
                  public Object run(Long input, TaskContext context) {
                    switch ((int) (input % 10)) {
                      case 0: return List.of("a", "b");
                      case 1: return List.of();
                      case 2: return new int[] {4, 5, 6};
                      case 3: return java.util.stream.Stream.of(7, 8);
                      case 4: return java.util.Optional.of("one");
                      case 5: return java.util.Optional.empty();
                      case 6: return "text";
                      case 7: return null;
                      case 8: return java.util.stream.Stream.of(1).map(i -> i / 0);
                      default: return java.util.stream.LongStream.range(0, 200_000);
                    }
                  }
                }
                """)
            .with(
                "demo.Group",
                """
                public class Group implements Job<String, List<String>, java.util.Collection<String>> {
                  public java.util.stream.Stream<String> split(TaskContext context) { return null; }
                  public List<String> run(String input, TaskContext context) {
                    return List.of(input, input);
                  }
                  public java.util.Collection<String> reduce(
                      java.util.stream.Stream<List<String>> results, TaskContext context) {
                    java.util.TreeSet<String> all = new java.util.TreeSet<>();
                    results.forEach(all::addAll);
                    return all;
                  }
                }
                """)
            .in(jars.resolve("demo.jar"));
  }

  @BeforeEach
  void makeHarness() throws Exception {
    harness = new Harness(folder, jar).flattening();
  }

  @AfterEach
  void closeHarness() throws Exception {
    harness.close();
  }

  private static List<Integer> counts(Ran ran) {
    List<Integer> counts = new ArrayList<>();
    for (Outcomes each : ran.reports()) {
      for (int count : each.counts()) {
        counts.add(count);
      }
    }
    return counts;
  }

  @Test
  void collectionsArraysStreamsAndOptionalsAreTakenApart() throws Exception {
    Ran ran = harness.run("demo.Gives", NUMBERS, new Interval(0, 6));
    assertThat(harness.texts(ran.reports()))
        .containsExactly("\"a\"", "\"b\"", "4", "5", "6", "7", "8", "\"one\"");
    assertThat(counts(ran)).containsExactly(2, 0, 3, 2, 1, 0);
  }

  @Test
  void whatIsNoListOrTooLongFailsItsTaskAlone() throws Exception {
    Ran ran = harness.run("demo.Gives", NUMBERS, new Interval(6, 11));
    assertThat(harness.texts(ran.reports())).containsExactly("\"a\"", "\"b\"");
    assertThat(counts(ran)).containsExactly(2);
    List<Failure> failures = new ArrayList<>();
    ran.reports().forEach(each -> failures.addAll(each.failures()));
    assertThat(failures)
        .extracting(Failure::kind)
        .containsExactly(
            FailureKind.ENCODE, FailureKind.ENCODE, FailureKind.EXCEPTION, FailureKind.LIMIT);
    assertThat(failures.get(0).message())
        .isEqualTo(
            "gave java.lang.String, but its stage flattens: it must give a Collection, an Iterable,"
                + " an array, a Stream or an Optional");
    assertThat(failures.get(1).message()).startsWith("gave null, but");
    assertThat(failures.get(2).type()).isEqualTo("java.lang.ArithmeticException");
    assertThat(failures.get(3).message()).startsWith("gave more than 100000 outputs");
  }

  @Test
  void ofAJobTheReduceIsTakenApartAndTheTasksAreNot() throws Exception {
    LoadedProgram program = harness.load("demo.Group", new Inputs.Open());
    Values inputs = harness.json("\"x\"", "\"y\"");
    Ran ran = harness.run(program, new Interval(0, 2), inputs);
    assertThat(harness.texts(ran.reports())).containsExactly("[\"x\",\"x\"]", "[\"y\",\"y\"]");
    assertThat(counts(ran)).isEmpty();

    FeedQueue feeds = new FeedQueue();
    feeds.put(new Feed(harness.json("[\"b\",\"a\"]", "[\"b\"]"), true));
    new StepRunner(program, harness.outbox(), feeds, harness.encoded())
        .run(new RunStep(Harness.ATTEMPT, Step.REDUCE, 0));
    StepSucceeded reduced = Said.of(harness.said().take(), StepSucceeded.class).get(0);
    assertThat(harness.texts(reduced.result())).containsExactly("\"a\"", "\"b\"");
  }
}
