package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.calls.CallEncoder;
import io.muster.calls.CallValues;
import io.muster.calls.EncodedCall;
import io.muster.harness.Harness.Ran;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.Values.Head;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a client's functions, the client having loaded their classes itself. */
class CallRunnerTest {
  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private final CallEncoder encoder = new CallEncoder();
  private Harness harness;
  private ProgramLoader client;
  private CallValues results;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.App",
                """
                public class App {
                  public static class Own extends Exception {
                    public final int code;
                    public Own(String message, int code, Throwable cause) {
                      super(message, cause);
                      this.code = code;
                    }
                  }
                  public static class Bad extends Exception { Object at = new Object(); }
                  public static class Holds implements java.io.Serializable { Object worker = new Thread(); }
                  public static RemoteFunction<Integer, Object> square() { return x -> x * x; }
                  public static RemoteFunction<Integer, Object> counting() {
                    int[] count = {0};
                    return x -> ++count[0];
                  }
                  public static RemoteFunction<Integer, Object> picky() {
                    return x -> {
                      switch (x % 8) {
                        case 1: throw new Own("input " + x, x, new IllegalStateException("why"));
                        case 2: throw new Bad();
                        case 3: return new Holds();
                        case 4: Thread.currentThread().interrupt(); return true;
                        case 5: return Thread.currentThread().isInterrupted();
                        case 6: System.out.print("says " + x); return null;
                        case 7: throw new RuntimeException("outer", new Bad());
                        default: return x;
                      }
                    };
                  }
                  public static RemoteCallable<Object> plus(int left, int right) { return () -> left + right; }
                  public static RemoteCallable<Object> text(String text) { return () -> "<" + text + ">"; }
                }
                """)
            .in(jars.resolve("app.jar"));
  }

  @BeforeEach
  void begin() throws Exception {
    harness = new Harness(folder, jar);
    client = new ProgramLoader(List.of(jar));
    results = new CallValues(client, CallValues.defaultFilter());
  }

  @AfterEach
  void end() throws Exception {
    harness.close();
    client.close();
  }

  private Object made(String method, Object... arguments) throws Exception {
    return Arrays.stream(client.loadClass("demo.App").getMethods())
        .filter(each -> each.getName().equals(method))
        .findAny()
        .orElseThrow()
        .invoke(null, arguments);
  }

  private Values map(byte[] head, Object... elements) throws Exception {
    byte[][] inputs = new byte[elements.length][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = encoder.arguments(elements[i]);
    }
    return headed(harness.inputs(Encoding.JAVA, inputs), List.of(new Head(0, head, null)));
  }

  private static Values headed(Values values, List<Head> heads) {
    return new Values(values.encoding(), values.bytes(), values.lengths(), values.blobs(), heads);
  }

  private Values calls(EncodedCall... calls) throws Exception {
    List<Values> parts = new ArrayList<>();
    for (EncodedCall call : calls) {
      Values input = harness.inputs(Encoding.JAVA, call.input());
      parts.add(headed(input, List.of(new Head(0, call.head(), null))));
    }
    return Values.concat(parts);
  }

  private Ran run(Values inputs) {
    return harness.run(harness.calls(), new Interval(100, 100 + inputs.count()), inputs);
  }

  private List<@Nullable Object> results(Ran ran) throws Exception {
    List<@Nullable Object> read = new ArrayList<>();
    for (Outcomes outcomes : ran.reports()) {
      assertThat(outcomes.values().encoding()).isEqualTo(Encoding.JAVA);
      int at = 0;
      for (int length : outcomes.values().lengths()) {
        read.add(results.read(outcomes.values().bytes(), at, length));
        at += length;
      }
    }
    return read;
  }

  private static List<Failure> failures(Ran ran) {
    List<Failure> failures = new ArrayList<>();
    for (Outcomes outcomes : ran.reports()) {
      for (int cause : outcomes.causes()) {
        failures.add(outcomes.failures().get(cause));
      }
    }
    return failures;
  }

  private static List<Long> failed(Ran ran) {
    List<Long> failed = new ArrayList<>();
    for (Outcomes outcomes : ran.reports()) {
      for (int offset : outcomes.failedOffsets()) {
        failed.add(outcomes.interval().from() + offset);
      }
    }
    return failed;
  }

  @Test
  void aFunctionIsCalledWithEachElement() throws Exception {
    Ran ran = run(map(encoder.function(made("square")), 1, 2, 3, -4));
    assertThat(results(ran)).containsExactly(1, 4, 9, 16);
    assertThat(ran.until()).isEqualTo(104);
  }

  @Test
  void callsFromDifferentPlacesFollowEachOther() throws Exception {
    Values calls =
        calls(
            encoder.call(made("plus", 1, 2)),
            encoder.call(made("plus", 3, 4)),
            encoder.call(made("text", "a")),
            encoder.call(made("plus", 5, 6)));
    assertThat(calls.heads()).hasSize(3);
    assertThat(results(run(calls))).containsExactly(3, 7, "<a>", 11);
  }

  @Test
  void aChunkThatWasCutStillHasItsFunction() throws Exception {
    Values calls = map(encoder.function(made("square")), 1, 2, 3, 4, 5);
    assertThat(results(run(calls.part(2, 4)))).containsExactly(9, 16);
  }

  @Test
  void theTailThatTheWorkerTookBackIsNotRun() throws Exception {
    Values calls = map(encoder.function(made("square")), 1, 2, 3);
    CallRunner runner = harness.calls();
    Ran ran =
        harness.run(
            chunk -> {
              harness.worker().retract(334);
              runner.run(chunk);
            },
            new Interval(0, 3),
            calls);
    assertThat(results(ran)).containsExactly(1, 4);
    assertThat(ran.until()).isEqualTo(2);
  }

  @Test
  void aFunctionWithStateLivesForTheTasksBehindItsHead() throws Exception {
    byte[] head = encoder.function(made("counting"));
    CallRunner runner = harness.calls();
    assertThat(results(harness.run(runner, new Interval(0, 3), map(head, 9, 9, 9))))
        .containsExactly(1, 2, 3);
    assertThat(results(harness.run(runner, new Interval(3, 5), map(head, 9, 9))))
        .containsExactly(1, 2);
  }

  @Test
  void aLargeFunctionAndALargeArgumentAreInFiles() throws Exception {
    byte[] head = encoder.function(made("square"));
    BlobRef blob = new BlobRef(new BlobId("0a".repeat(32)), head.length, "");
    Files.write(harness.blobs().resolve(blob.id().sha256()), head);
    Values values = map(head, 5);
    Ran ran = run(headed(values, List.of(new Head(0, new byte[0], blob))));
    assertThat(results(ran)).containsExactly(25);

    EncodedCall large = encoder.call(made("text", "x".repeat(100_000)));
    Values inFile = calls(large);
    assertThat(inFile.blobs()).hasSize(1);
    Outcomes outcomes = run(inFile).reports().get(0);
    assertThat(outcomes.values().blobs().get(0).blob().size()).isGreaterThan(100_002);
  }

  @Test
  void eachTaskFailsAloneAndItsNeighboursStand() throws Exception {
    Ran ran = run(map(encoder.function(made("picky")), 0, 1, 2, 3, 4, 5, 6, 7, 8));
    assertThat(results(ran)).containsExactly(0, true, false, null, 8);
    assertThat(failed(ran)).containsExactly(101L, 102L, 103L, 107L);
    List<Failure> failures = failures(ran);
    assertThat(failures)
        .extracting(Failure::kind)
        .containsExactly(
            FailureKind.EXCEPTION,
            FailureKind.EXCEPTION,
            FailureKind.ENCODE,
            FailureKind.EXCEPTION);
    assertThat(failures.get(2).message())
        .isEqualTo(
            "the result can't be serialized: java.lang.Thread (field 'worker' of"
                + " demo.App$Holds) is not Serializable");
  }

  @Test
  void anExceptionComesWhole() throws Exception {
    Failure failure = failures(run(map(encoder.function(made("picky")), 9))).get(0);
    assertThat(failure.type()).isEqualTo("demo.App$Own");
    assertThat(failure.stackTrace()).startsWith("demo.App$Own: input 9\n\tat demo.App.lambda$");
    Exception thrown = (Exception) results.read(failure.thrown(), 0, failure.thrown().length);
    assertThat(thrown).isInstanceOf(client.loadClass("demo.App$Own")).hasMessage("input 9");
    assertThat(thrown.getClass().getField("code").get(thrown)).isEqualTo(9);
    assertThat(thrown).hasCauseExactlyInstanceOf(IllegalStateException.class);
    assertThat(thrown.getStackTrace())
        .allSatisfy(frame -> assertThat(frame.getClassName()).isEqualTo("demo.App"));
  }

  @Test
  void anExceptionThatCannotBeSerializedComesAsText() throws Exception {
    Ran ran = run(map(encoder.function(made("picky")), 2, 7));
    List<Failure> failures = failures(ran);
    assertThat(failures.get(0).thrown()).isEmpty();
    assertThat(failures.get(0).stackTrace()).startsWith("demo.App$Bad\n\tat");
    byte[] outer = failures.get(1).thrown();
    assertThat((Exception) results.read(outer, 0, outer.length))
        .hasMessage("outer")
        .cause()
        .hasMessage("demo.App$Bad");
  }

  @Test
  void everyFailureHasItsOwnException() throws Exception {
    Object[] elements = new Object[3000];
    Arrays.setAll(elements, i -> 1 + 8 * i);
    Ran ran = run(map(encoder.function(made("picky")), elements));
    assertThat(failures(ran)).hasSize(3000).extracting(Failure::message).doesNotHaveDuplicates();
  }

  @Test
  void aFunctionOfAnUnknownClassFailsItsTasksAndNoOthers() throws Exception {
    EncodedCall good = encoder.call(made("plus", 1, 2));
    byte[] head =
        new String(good.head(), java.nio.charset.StandardCharsets.ISO_8859_1)
            .replace("demo/App", "demo/Abc")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    EncodedCall unknown = new EncodedCall(head, good.input());
    Ran ran = run(calls(good, unknown, unknown, good));
    assertThat(results(ran)).containsExactly(3, 3);
    assertThat(failures(ran))
        .hasSize(2)
        .allSatisfy(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.ENCODE))
        .allSatisfy(
            failure ->
                assertThat(failure.message())
                    .isEqualTo(
                        "the call can't be read: class demo.Abc, in which the lambda stands, is"
                            + " not here"));
  }

  @Test
  void aVeryLargeExceptionLosesFramesAndThenItself() throws Exception {
    Exception deep = new FileNotFoundException("x".repeat(1000));
    StackTraceElement[] frames = new StackTraceElement[5000];
    Arrays.setAll(frames, i -> new StackTraceElement("a.B" + i, "m" + i, "B.java", i));
    deep.setStackTrace(frames);
    Exception read = (Exception) results.read(ThrownValue.of(deep), 0, ThrownValue.of(deep).length);
    assertThat(read.getStackTrace()).hasSize(50);
    assertThat(ThrownValue.of(new Exception("x".repeat(70_000)))).isEmpty();
  }
}
