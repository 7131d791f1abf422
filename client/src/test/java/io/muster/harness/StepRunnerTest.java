package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Encoding;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Printed;
import io.muster.protocol.process.FromProcess.Produced;
import io.muster.protocol.process.FromProcess.StepFailed;
import io.muster.protocol.process.FromProcess.StepSucceeded;
import io.muster.protocol.process.ToProcess.Feed;
import io.muster.protocol.process.ToProcess.RunStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class StepRunnerTest {
  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private Harness harness;
  private final FeedQueue feeds = new FeedQueue();
  private @Nullable Throwable thrown;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Count",
                """
                import java.util.stream.*;
                public class Count implements Job<Long, String, Object> {
                  public static List<String> seen = new ArrayList<>();
                  public Stream<Long> split(TaskContext context) {
                    context.log().print("split " + context.index());
                    long until = Long.parseLong(context.arg("n", "0"));
                    return LongStream.range(0, until).mapToObj(i -> {
                      if (i == 13) throw new IllegalStateException("unlucky");
                      return i;
                    }).onClose(() -> seen.add("closed"));
                  }
                  public String run(Long input, TaskContext context) { return ""; }
                  public Object reduce(Stream<String> results, TaskContext context) {
                    switch (context.arg("how", "")) {
                      case "first": return results.findFirst().orElse("none");
                      case "thread": return Thread.currentThread();
                      case "memory": throw new RuntimeException(new OutOfMemoryError("Java heap space"));
                      case "interrupt": Thread.currentThread().interrupt(); // and go on
                      default: return results.collect(Collectors.joining(","));
                    }
                  }
                }
                """)
            .with(
                "demo.Join",
                """
                public class Join implements RangeTask<String>, Combine<String> {
                  public String run(long from, long until, TaskContext context) { return ""; }
                  public String combine(String left, String right) {
                    if (right.equals("bad")) throw new IllegalArgumentException("bad after " + left);
                    return "(" + left + right + ")";
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
  void aSplitProducesItsInputsInOrderAndThenTheirNumber() throws Exception {
    harness.args(Map.of("n", "9"));
    List<FromProcess> said = run("demo.Count", Step.SPLIT, 0);
    assertThat(inputs(said)).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(said.get(said.size() - 1)).isInstanceOf(StepSucceeded.class);
    assertThat(result(said)).isEqualTo("9");
    assertThat(Said.of(said, Printed.class)).extracting(Printed::index).containsExactly(-1L);
  }

  @Test
  void aSplitThatRunsAgainSkipsWhatIsThereAndCountsItAll() throws Exception {
    harness.args(Map.of("n", "9"));
    List<FromProcess> said = run("demo.Count", Step.SPLIT, 7);
    assertThat(inputs(said)).containsExactly("7", "8");
    assertThat(result(said)).isEqualTo("9");
  }

  @Test
  void aSplitThatThrowsHasProducedWhatWasBefore() throws Exception {
    harness.args(Map.of("n", "20"));
    List<String> seen = new ArrayList<>();
    harness.set("demo.Count", "seen", seen);
    List<FromProcess> said = run("demo.Count", Step.SPLIT, 0);
    assertThat(inputs(said)).hasSize(13);
    assertThat(said.get(said.size() - 1)).isInstanceOf(StepFailed.class);
    assertThat(Said.of(said, StepFailed.class).get(0).failure().headline())
        .isEqualTo("java.lang.IllegalStateException: unlucky");
    assertThat(seen).as("the user's stream is closed").containsExactly("closed");
  }

  @Test
  void aCombineFoldsInOrderOverAllFeeds() throws Exception {
    feed(
        harness.json("\"a\"", "\"b\""),
        harness.json(),
        harness.json("\"c\""),
        harness.json("\"d\""));
    assertThat(result(run("demo.Join", Step.COMBINE, 0))).isEqualTo("\"(((ab)c)d)\"");
  }

  @Test
  void aCombineOfOneIsItAndOfNoneIsNull() throws Exception {
    feed(harness.json("\"a\""));
    assertThat(result(run("demo.Join", Step.COMBINE, 0))).isEqualTo("\"a\"");
    feed(Values.NONE);
    assertThat(result(run("demo.Join", Step.COMBINE, 0))).isEqualTo("null");
  }

  @Test
  void aCombineThatThrowsSaysWhy() throws Exception {
    feed(harness.json("\"a\"", "\"bad\""));
    FromProcess.StepFailed failed =
        Said.of(run("demo.Join", Step.COMBINE, 0), StepFailed.class).get(0);
    assertThat(failed.attempt()).isEqualTo(Harness.ATTEMPT);
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.EXCEPTION);
    assertThat(failed.failure().stackTrace().lines())
        .containsExactly(
            "java.lang.IllegalArgumentException: bad after a",
            "\tat demo.Join.combine(Join.java:4)",
            "\tat demo.Join.combine(Join.java:1)");
    assertThat(thrown).isNull();
  }

  @Test
  void serializedPiecesMakeASerializedResult() throws Exception {
    JavaValues java = new JavaValues(getClass().getClassLoader(), null);
    feed(harness.inputs(Encoding.JAVA, Written.by(java, "a"), Written.by(java, "b")));
    Values result = Said.of(run("demo.Join", Step.COMBINE, 0), StepSucceeded.class).get(0).result();
    assertThat(result.encoding()).isEqualTo(Encoding.JAVA);
    assertThat(java.read(result.bytes(), 0, result.bytes().length)).isEqualTo("(ab)");
  }

  @Test
  void aReduceReadsTheResultsInOrder() throws Exception {
    String large = "\"" + "x".repeat(EncodedValue.INLINE) + "\"";
    feed(harness.json("\"a\"", large), harness.json("\"b\"", "null"));
    assertThat(result(run("demo.Count", Step.REDUCE, 0)))
        .isEqualTo("\"a," + large.substring(1, large.length() - 1) + ",b,null\"");
  }

  @Test
  void whatAReduceLeavesUnreadIsTakenAllTheSame() throws Exception {
    harness.args(Map.of("how", "first"));
    feed(harness.json("\"a\""), harness.json("\"b\""), harness.json("\"c\""));
    assertThat(result(run("demo.Count", Step.REDUCE, 0))).isEqualTo("\"a\"");
    feed(harness.json("\"d\""));
    assertThat(result(run("demo.Count", Step.REDUCE, 0))).isEqualTo("\"d\"");
  }

  @Test
  void aResultThatCannotBeReadIsTheReducesFailure() throws Exception {
    feed(harness.json("\"a\"", "{}"));
    FromProcess.StepFailed failed =
        Said.of(run("demo.Count", Step.REDUCE, 0), StepFailed.class).get(0);
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.ENCODE);
    assertThat(failed.failure().message()).startsWith("{} can't be read as java.lang.String");
  }

  @Test
  void aResultOfItsOwnThatCannotBeWrittenOrIsTooLarge() throws Exception {
    harness.args(Map.of("how", "thread"));
    feed(harness.json("\"a\""));
    assertThat(failureOf(run("demo.Count", Step.REDUCE, 0))).isEqualTo(FailureKind.ENCODE);
    harness.args(Map.of()).resultLimit(5);
    feed(harness.json("\"abcd\""));
    assertThat(failureOf(run("demo.Count", Step.REDUCE, 0))).isEqualTo(FailureKind.LIMIT);
  }

  @Test
  void aLargeResultIsInAFile() throws Exception {
    String half = "x".repeat(40_000);
    feed(harness.json("\"" + half + "\"", "\"" + half + "\""));
    Values result = Said.of(run("demo.Count", Step.REDUCE, 0), StepSucceeded.class).get(0).result();
    assertThat(result.blobs()).hasSize(1);
    assertThat(harness.texts(result)).containsExactly("\"" + half + "," + half + "\"");
  }

  @Test
  void aLackOfMemoryIsSaidAndEndsTheProcess() throws Exception {
    harness.args(Map.of("how", "memory"));
    feed(harness.json("\"a\""));
    assertThat(failureOf(run("demo.Count", Step.REDUCE, 0))).isEqualTo(FailureKind.MEMORY);
    assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void anInterruptOfItsOwnDoesNotDisturbWhatIsFed() throws Exception {
    harness.args(Map.of("how", "interrupt"));
    feed(harness.json("\"a\""), harness.json("\"b\""));
    assertThat(result(run("demo.Count", Step.REDUCE, 0))).isEqualTo("\"a,b\"");
  }

  /** More messages than may wait: who feeds waits for who reads. */
  @Test
  void manyFeedsAreReadWhileTheyCome() throws Exception {
    CompletableFuture<Void> fed =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 1000; i++) {
                try {
                  feeds.put(new Feed(harness.json("\"" + i + "\""), i == 999));
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }
            });
    String all = String.join(",", LongStream.range(0, 1000).mapToObj(Long::toString).toList());
    assertThat(result(run("demo.Count", Step.REDUCE, 0))).isEqualTo("\"" + all + "\"");
    fed.join();
  }

  @Test
  void aResultFileThatIsGoneFailsTheReduce() throws Exception {
    Values values = harness.json("\"" + "x".repeat(EncodedValue.INLINE) + "\"");
    Files.delete(folder.resolve("blobs").resolve(values.blobs().get(0).blob().id().sha256()));
    feed(values);
    assertThat(failureOf(run("demo.Count", Step.REDUCE, 0))).isEqualTo(FailureKind.EXCEPTION);
  }

  private void feed(Values... values) {
    for (int i = 0; i < values.length; i++) {
      feeds.put(new Feed(values[i], i == values.length - 1));
    }
  }

  private List<FromProcess> run(String className, Step step, long skip) throws Exception {
    LoadedProgram program = harness.load(className, new Inputs.Split());
    StepRunner runner = new StepRunner(program, harness.outbox(), feeds, harness.encoded());
    thrown = Harness.thrownBy(() -> runner.run(new RunStep(Harness.ATTEMPT, step, skip)));
    return harness.said().take();
  }

  private String result(List<FromProcess> said) throws Exception {
    List<StepSucceeded> succeeded = Said.of(said, StepSucceeded.class);
    assertThat(succeeded).as(said.toString()).hasSize(1);
    assertThat(succeeded.get(0).attempt()).isEqualTo(Harness.ATTEMPT);
    List<String> texts = harness.texts(succeeded.get(0).result());
    assertThat(texts).hasSize(1);
    return texts.get(0);
  }

  private List<String> inputs(List<FromProcess> said) throws Exception {
    List<String> inputs = new ArrayList<>();
    for (Produced produced : Said.of(said, Produced.class)) {
      assertThat(produced.attempt()).isEqualTo(Harness.ATTEMPT);
      inputs.addAll(harness.texts(produced.values()));
    }
    return inputs;
  }

  private static FailureKind failureOf(List<FromProcess> said) {
    return Said.of(said, StepFailed.class).get(0).failure().kind();
  }
}
