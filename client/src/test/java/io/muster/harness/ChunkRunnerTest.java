package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.harness.Harness.Ran;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import io.muster.protocol.process.FromProcess.Printed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkRunnerTest {
  private static final Inputs.Range NUMBERS = new Inputs.Range(1000, 2000, 1);
  private static final Inputs LISTED = new Inputs.Listed(100);

  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private Harness harness;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Square",
                """
                public class Square implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) { return input * input; }
                }
                """)
            .with(
                "demo.Picky",
                """
                public class Picky implements Task<Long, Object> {
                  public Object run(Long input, TaskContext context) throws Exception {
                    switch ((int) (input % 10)) {
                      case 1: throw new java.io.IOException("input " + input);
                      case 2: throw new AssertionError();
                      case 3: return new Thread();
                      case 4: return "x".repeat(200);
                      case 5: return run(input, context);
                      case 6: Thread.currentThread().interrupt(); return Thread.currentThread().isInterrupted();
                      default: return Thread.currentThread().isInterrupted();
                    }
                  }
                }
                """)
            .with(
                "demo.Sees",
                """
                public class Sees implements Task<Object, String> {
                  public String run(Object input, TaskContext context) {
                    context.log().println("log of " + context.index());
                    return input + " " + context.job() + " " + context.index() + " "
                        + context.tryNumber() + " " + context.arg("k", "none");
                  }
                }
                """)
            .with(
                "demo.Piece",
                """
                public class Piece implements RangeTask<String> {
                  public String run(long from, long until, TaskContext context) {
                    return from + ".." + until;
                  }
                }
                """)
            .with(
                "demo.Words",
                """
                public class Words implements Job<String, List<String>, Integer> {
                  public java.util.stream.Stream<String> split(TaskContext context) { return null; }
                  public List<String> run(String input, TaskContext context) {
                    return List.of(input.split(" "));
                  }
                  public Integer reduce(java.util.stream.Stream<List<String>> results, TaskContext context) {
                    return 0;
                  }
                }
                """)
            .with(
                "demo.Length",
                """
                public class Length implements Task<byte[], Integer> {
                  public Integer run(byte[] input, TaskContext context) { return input.length; }
                }
                """)
            .with(
                "demo.Calls",
                """
                public class Calls implements Task<Long, Long> {
                  public static java.util.function.LongConsumer call;
                  public Long run(Long input, TaskContext context) {
                    call.accept(input);
                    return input;
                  }
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
  void everyTaskOfTheChunkRunsAndIsReportedInOrder() throws Exception {
    Ran ran = harness.run("demo.Square", NUMBERS, new Interval(3, 6));
    assertThat(intervalOf(ran)).isEqualTo(new Interval(3, 6));
    assertThat(harness.texts(ran.reports())).containsExactly("1006009", "1008016", "1010025");
    assertThat(ran.said().get(ran.said().size() - 1)).isEqualTo(new ChunkEnded(Harness.ATTEMPT, 6));
  }

  @Test
  void aTaskSeesItsInputItsNumberItsTryAndTheJobsArguments() throws Exception {
    harness.args(Map.of("k", "v"));
    Values inputs = harness.json("{\"a\":[1]}", "null", "\"text\"");
    Ran ran = harness.run(harness.load("demo.Sees", LISTED), new Interval(7, 10), inputs, 1, 3, 2);
    assertThat(harness.texts(ran.reports()))
        .containsExactly("\"{a=[1]} 42 7 1 v\"", "\"null 42 8 3 v\"", "\"text 42 9 2 v\"");
    assertThat(Said.of(ran.said(), Printed.class))
        .extracting(
            printed ->
                printed.index()
                    + "/"
                    + printed.tryNumber()
                    + " "
                    + new String(printed.bytes(), StandardCharsets.UTF_8).strip())
        .containsExactly("7/1 log of 7", "8/3 log of 8", "9/2 log of 9");
  }

  @Test
  void eachTaskFailsAloneAndForItsOwnReason() throws Exception {
    harness.resultLimit(100);
    Ran ran =
        harness.run(
            harness.load("demo.Picky", NUMBERS),
            new Interval(0, 9),
            Values.NONE,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9);
    assertThat(ran.thrown()).isNull();
    assertThat(ran.until()).isEqualTo(9);
    assertThat(harness.texts(ran.reports()))
        .as("an interrupt is not the next task's")
        .containsExactly("false", "true", "false", "false");
    Map<Long, Failure> failures = failures(ran);
    assertThat(failures.keySet()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(failures.get(1L).kind()).isEqualTo(FailureKind.EXCEPTION);
    assertThat(failures.get(1L).headline()).isEqualTo("java.io.IOException: input 1001");
    assertThat(failures.get(1L).stackTrace().lines())
        .containsExactly(
            "java.io.IOException: input 1001",
            "\tat demo.Picky.run(Picky.java:4)",
            "\tat demo.Picky.run(Picky.java:1)");
    assertThat(failures.get(2L).type()).isEqualTo("java.lang.AssertionError");
    assertThat(failures.get(3L).kind()).isEqualTo(FailureKind.ENCODE);
    assertThat(failures.get(3L).message()).contains("java.lang.Thread");
    assertThat(failures.get(4L))
        .isEqualTo(
            Failure.of(
                FailureKind.LIMIT,
                "the result has 202 bytes; the limit is 100 (--result-limit, or valueLimit in a pool)"));
    assertThat(failures.get(5L).type()).isEqualTo("java.lang.StackOverflowError");
    assertThat(tries(ran)).containsExactly(2, 3, 4, 5, 6);
  }

  @Test
  void anInputThatCannotBeReadFailsAlone() throws Exception {
    Values inputs = harness.json("2", "\"two\"", "3.5", "4");
    Ran ran = harness.run(harness.load("demo.Square", LISTED), new Interval(0, 4), inputs);
    assertThat(harness.texts(ran.reports())).containsExactly("4", "16");
    Map<Long, Failure> failures = failures(ran);
    assertThat(failures.keySet()).containsExactly(1L, 2L);
    assertThat(failures.get(1L).kind()).isEqualTo(FailureKind.ENCODE);
    assertThat(failures.get(1L).message()).startsWith("\"two\" can't be read as java.lang.Long");
    assertThat(failures.get(2L).message()).startsWith("3.5 can't be read as java.lang.Long");
  }

  @Test
  void largeInputsAndResultsGoThroughFiles() throws Exception {
    String large = "\"" + "word ".repeat(EncodedValue.INLINE) + "\"";
    Values inputs = harness.json("\"a b\"", large, "\"c\"");
    assertThat(inputs.blobs()).hasSize(1);
    Ran ran =
        harness.run(harness.load("demo.Words", new Inputs.Split()), new Interval(0, 3), inputs);
    List<String> texts = harness.texts(ran.reports());
    assertThat(texts).hasSize(3).startsWith("[\"a\",\"b\"]").endsWith("[\"c\"]");
    assertThat(texts.get(1)).hasSize(EncodedValue.INLINE * "\"word\",".length() + 1);
  }

  @Test
  void aLargeInputThatIsGoneFailsAlone() throws Exception {
    Values inputs = harness.json("\"a\"", "\"" + "x".repeat(EncodedValue.INLINE) + "\"", "\"c\"");
    Files.delete(folder.resolve("blobs").resolve(inputs.blobs().get(0).blob().id().sha256()));
    Ran ran =
        harness.run(harness.load("demo.Words", new Inputs.Split()), new Interval(0, 3), inputs);
    assertThat(harness.texts(ran.reports())).containsExactly("[\"a\"]", "[\"c\"]");
    assertThat(failures(ran).get(1L).type()).isEqualTo("java.nio.file.NoSuchFileException");
  }

  @Test
  void aPieceIsSoManyNumbersAndTheLastOneTheRest() throws Exception {
    Inputs.Range range = new Inputs.Range(-5, 18, 10);
    Ran ran = harness.run("demo.Piece", range, new Interval(0, range.tasks()));
    assertThat(harness.texts(ran.reports()))
        .containsExactly("\"-5..5\"", "\"5..15\"", "\"15..18\"");
    ran = harness.run("demo.Piece", range, new Interval(2, 3));
    assertThat(harness.texts(ran.reports())).containsExactly("\"15..18\"");
  }

  @Test
  void withoutInputsATaskIsGivenNull() throws Exception {
    Ran ran =
        harness.run(harness.load("demo.Sees", new Inputs.None()), new Interval(0, 1), Values.NONE);
    assertThat(harness.texts(ran.reports())).containsExactly("\"null 42 0 1 none\"");
  }

  @Test
  void numbersOfTheWrongKindFailEach() throws Exception {
    Ran ran = harness.run("demo.Length", NUMBERS, new Interval(0, 2));
    assertThat(failures(ran).get(1L))
        .isEqualTo(
            Failure.of(
                FailureKind.ENCODE, "the number 1001 of the range can't be given as byte[]"));
  }

  @Test
  void linesAreGivenAsBytesOrText() throws Exception {
    Values lines =
        harness.inputs(
            Encoding.BYTES, new byte[] {-1, 0, 5}, "ä b".getBytes(StandardCharsets.UTF_8));
    Ran ran = harness.run(harness.load("demo.Length", LISTED), new Interval(0, 2), lines);
    assertThat(harness.texts(ran.reports())).containsExactly("3", "4");
    ran = harness.run(harness.load("demo.Words", LISTED), new Interval(0, 2), lines);
    assertThat(harness.texts(ran.reports()).get(1)).isEqualTo("[\"ä\",\"b\"]");
  }

  @Test
  void serializedInputsMakeSerializedResults() throws Exception {
    JavaValues java = new JavaValues(getClass().getClassLoader(), null);
    Values inputs = harness.inputs(Encoding.JAVA, Written.by(java, 7L), Written.by(java, "no"));
    Ran ran = harness.run(harness.load("demo.Square", LISTED), new Interval(0, 2), inputs);
    Outcomes report = ran.reports().get(0);
    assertThat(report.values().encoding()).isEqualTo(Encoding.JAVA);
    byte[] bytes = report.values().bytes();
    assertThat(java.read(bytes, 0, bytes.length)).isEqualTo(49L);
    assertThat(failures(ran).get(1L).type()).isEqualTo("java.lang.ClassCastException");
  }

  @Test
  void aChunkWhoseTailIsTakenBackEndsThere() throws Exception {
    List<Long> run = new ArrayList<>();
    harness.set(
        "demo.Calls",
        "call",
        (java.util.function.LongConsumer)
            input -> {
              run.add(input);
              if (input == 1010) {
                harness.worker().retract(500);
              } else if (input == 1020) {
                harness.worker().retract(0);
              }
            });
    Ran ran = harness.run("demo.Calls", NUMBERS, new Interval(5, 100));
    assertThat(run).hasSize(16).endsWith(1020L);
    assertThat(ran.until()).isEqualTo(21);
    assertThat(intervalOf(ran)).isEqualTo(new Interval(5, 21));
    assertThat(harness.texts(ran.reports())).hasSize(16).endsWith("1020");
  }

  @Test
  void aLackOfMemoryFailsItsTaskTellsWhatWasBeforeAndEndsTheProcess() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    harness.set(
        "demo.Calls",
        "call",
        (java.util.function.LongConsumer)
            input -> {
              if (input == 1002) {
                throw new IllegalStateException(error);
              }
            });
    Ran ran = harness.run("demo.Calls", NUMBERS, new Interval(0, 10));
    assertThat(ran.thrown()).isSameAs(error);
    assertThat(harness.texts(ran.reports())).containsExactly("1000", "1001");
    assertThat(failures(ran).get(2L).kind()).isEqualTo(FailureKind.MEMORY);
    assertThat(intervalOf(ran)).isEqualTo(new Interval(0, 3));
    assertThat(Said.of(ran.said(), ChunkEnded.class)).isEmpty();
  }

  /** From where the first report begins to where the last one ends. */
  private static Interval intervalOf(Ran ran) {
    List<Outcomes> reports = ran.reports();
    return new Interval(
        reports.get(0).interval().from(), reports.get(reports.size() - 1).interval().until());
  }

  private static Map<Long, Failure> failures(Ran ran) {
    Map<Long, Failure> failures = new TreeMap<>();
    for (Outcomes report : ran.reports()) {
      for (int k = 0; k < report.causes().length; k++) {
        failures.put(
            report.interval().from() + report.failedOffsets()[k],
            report.failures().get(report.causes()[k]));
      }
    }
    return failures;
  }

  private static List<Integer> tries(Ran ran) {
    List<Integer> tries = new ArrayList<>();
    for (Outcomes report : ran.reports()) {
      for (int each : report.tries()) {
        tries.add(each);
      }
    }
    return tries;
  }
}
