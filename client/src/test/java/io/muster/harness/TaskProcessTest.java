package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.calls.CallEncoder;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChannelStreams;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import io.muster.protocol.process.FromProcess.LoadFailed;
import io.muster.protocol.process.FromProcess.Loaded;
import io.muster.protocol.process.FromProcess.Printed;
import io.muster.protocol.process.FromProcess.Reported;
import io.muster.protocol.process.FromProcess.StepSucceeded;
import io.muster.protocol.process.FromProcess.Unloaded;
import io.muster.protocol.process.ProcessExit;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.process.ToProcess.Feed;
import io.muster.protocol.process.ToProcess.Load;
import io.muster.protocol.process.ToProcess.RunChunk;
import io.muster.protocol.process.ToProcess.RunStep;
import io.muster.protocol.process.ToProcess.Unload;
import io.muster.protocol.wire.ProcessWire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task process as a worker sees it: a JVM at the other end of a socket. */
@Timeout(300)
class TaskProcessTest {
  private static final Inputs.Range RANGE = new Inputs.Range(0, 1000, 1);

  @TempDir static Path jars;
  @TempDir Path folder;

  private static Path jar;
  private ServerSocketChannel server;
  private Process process;
  private SocketChannel socket;
  private InputStream in;
  private OutputStream out;
  private ChunkCursor cursor;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Square",
                """
                public class Square implements Task<Long, Long> {
                  static { System.out.print("made"); }
                  public Long run(Long input, TaskContext context) {
                    System.out.print("out " + input);
                    System.err.print("err " + input);
                    return input * input;
                  }
                }
                """)
            .with(
                "demo.Sum",
                """
                public class Sum implements RangeTask<Long>, Combine<Long> {
                  public Long run(long from, long until, TaskContext context) { return until - from; }
                  public Long combine(Long left, Long right) { return left + right; }
                }
                """)
            .with(
                "demo.Greedy",
                """
                public class Greedy implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) {
                    List<long[]> all = new ArrayList<>();
                    while (input == 3) all.add(new long[1 << 20]);
                    return input;
                  }
                }
                """)
            .with(
                "demo.Endless",
                """
                public class Endless implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) {
                    System.out.print("running");
                    while (true) {
                      try {
                        Thread.sleep(1_000_000);
                      } catch (InterruptedException e) {
                        // and go on
                      }
                    }
                  }
                }
                """)
            .with(
                "demo.Exits",
                """
                public class Exits implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) {
                    if (input == 2) System.exit(5);
                    return input;
                  }
                }
                """)
            .with(
                "demo.Counts",
                """
                public class Counts implements Task<Long, Integer> {
                  static int runs;
                  public Integer run(Long input, TaskContext context) { return ++runs; }
                }
                """)
            .with(
                "demo.LeavesThread",
                """
                public class LeavesThread implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) {
                    Thread thread = new Thread(() -> {
                      try { Thread.sleep(1_000_000); } catch (InterruptedException e) { }
                    });
                    thread.setDaemon(true);
                    thread.start();
                    return input;
                  }
                }
                """)
            .with(
                "demo.Fails",
                """
                public class Fails implements Task<Long, Long> {
                  public Fails() { throw new IllegalStateException("no licence"); }
                  public Long run(Long input, TaskContext context) { return input; }
                }
                """)
            .with(
                "demo.Loader",
                """
                public class Loader implements Task<Long, String> {
                  public String run(Long input, TaskContext context) throws Exception {
                    ClassLoader loader = Thread.currentThread().getContextClassLoader();
                    return loader.loadClass("demo.Square").getSimpleName() + context.job();
                  }
                }
                """)
            .with(
                "demo.App",
                """
                public class App {
                  static int setUps;
                  public static RemoteRunnable setsUp() { return () -> setUps++; }
                  public static RemoteRunnable fails() {
                    return () -> { throw new IllegalStateException("no licence"); };
                  }
                  public static RemoteFunction<Integer, String> sees() {
                    return x -> {
                      System.out.print("call " + x);
                      return x + " after " + setUps + io.muster.client.model.JobState.OPEN;
                    };
                  }
                }
                """)
            .in(jars.resolve("demo.jar"));
  }

  @BeforeEach
  void start() throws Exception {
    Path path = folder.resolve("socket");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Path own = Files.createDirectory(folder.resolve("own"));
    cursor = ChunkCursor.map(own.resolve("cursor"));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TaskProcess.class.getName(),
                path.toString(),
                own.resolve("cursor").toString(),
                Files.createDirectory(folder.resolve("values")).toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("console").toFile())
            .start();
    socket = server.accept();
    in = new BufferedInputStream(ChannelStreams.input(socket));
    out = ChannelStreams.output(socket);
  }

  @AfterEach
  void end() throws Exception {
    process.destroyForcibly().waitFor();
    socket.close();
    server.close();
    assertThat(folder.resolve("console"))
        .as("the harness has nothing to complain of")
        .isEmptyFile();
  }

  @Test
  void itSaysHelloLoadsAndRunsChunkAfterChunk() throws Exception {
    assertThat(hear())
        .isEqualTo(new FromProcess.Hello(process.pid(), Registration.PROTOCOL_VERSION));
    load("demo.Square");
    hearUntil(Loaded.class);
    for (int from = 0; from < 4; from += 2) {
      List<FromProcess> heard = runChunk(new Interval(from, from + 2));
      assertThat(heard.get(heard.size() - 1)).isEqualTo(new ChunkEnded(Harness.ATTEMPT, from + 2));
      assertThat(texts(heard))
          .containsExactly(String.valueOf(from * from), String.valueOf((from + 1) * (from + 1)));
      assertThat(printed(heard))
          .contains(
              from + " STDOUT out " + from,
              from + " STDERR err " + from,
              from + 1 + " STDOUT out " + (from + 1));
    }
    assertEndsWithItsSocket();
  }

  @Test
  void whatIsPrintedOutsideOfTasksIsNobodys() throws Exception {
    load("demo.Square");
    List<FromProcess> heard = new ArrayList<>(hearUntil(Loaded.class));
    heard.addAll(runChunk(new Interval(0, 1)));
    assertThat(printed(heard)).startsWith("-1 STDOUT made");
  }

  @Test
  void libraryCodeFindsTheProgramsClasses() throws Exception {
    load("demo.Loader");
    hearUntil(Loaded.class);
    assertThat(texts(runChunk(new Interval(0, 1)))).containsExactly("\"Square42\"");
  }

  @Test
  void stepsAreFed() throws Exception {
    load("demo.Sum");
    hearUntil(Loaded.class);
    assertThat(texts(runChunk(new Interval(0, 1000)))).containsExactly("1000");
    tell(new RunStep(Harness.ATTEMPT, Step.COMBINE, 0));
    for (int i = 1; i <= 50; i++) {
      byte[] number = String.valueOf(i).getBytes(StandardCharsets.US_ASCII);
      Values one = new Values(Values.NONE.encoding(), number, new int[] {number.length}, List.of());
      tell(new Feed(one, i == 50));
    }
    List<FromProcess> heard = hearUntil(StepSucceeded.class);
    StepSucceeded done = (StepSucceeded) heard.get(heard.size() - 1);
    assertThat(new String(done.result().bytes(), StandardCharsets.US_ASCII)).isEqualTo("1275");
  }

  @Test
  void aClassThatIsNotThereIsRejected() throws Exception {
    load("demo.Sqare");
    assertThat(loadFailure())
        .isEqualTo(
            Failure.of(
                FailureKind.REJECTED,
                "no class demo.Sqare in demo.jar; did you mean demo.Square?"));
    assertEnds(ProcessExit.DONE);
  }

  @Test
  void aConstructorThatThrowsIsRejectedWithItsStack() throws Exception {
    load("demo.Fails");
    Failure failure = loadFailure();
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failure.message())
        .isEqualTo("class demo.Fails can't be made: java.lang.IllegalStateException: no licence");
    assertThat(failure.stackTrace().lines())
        .containsExactly(
            "java.lang.IllegalStateException: no licence", "\tat demo.Fails.<init>(Fails.java:2)");
    assertEnds(ProcessExit.DONE);
  }

  @Test
  void callsRunAfterTheirSetUpAndSeeTheClient() throws Exception {
    loadCalls("setsUp");
    hearUntil(Loaded.class);
    byte[] head = new CallEncoder().function(made("sees"));
    for (int from = 0; from < 2; from++) {
      byte[] input = new CallEncoder().arguments(from);
      Values inputs =
          new Values(
              Encoding.JAVA,
              input,
              new int[] {input.length},
              List.of(),
              List.of(new Values.Head(0, head, null)));
      cursor.reset(1);
      tell(new RunChunk(Harness.ATTEMPT, new Interval(from, from + 1), inputs, new int[0]));
      List<FromProcess> heard = hearUntil(ChunkEnded.class);
      assertThat(texts(heard)).singleElement().asString().endsWith(from + " after 1open");
      assertThat(printed(heard)).containsExactly(from + " STDOUT call " + from);
    }
    assertEndsWithItsSocket();
  }

  @Test
  void aSetUpThatThrowsIsRejectedWithItsStack() throws Exception {
    loadCalls("fails");
    Failure failure = loadFailure();
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failure.message())
        .isEqualTo("the set-up of a process failed: java.lang.IllegalStateException: no licence");
    assertThat(failure.stackTrace())
        .startsWith("java.lang.IllegalStateException: no licence\n\tat demo.App.lambda$")
        .doesNotContain("io.muster");
    assertEnds(ProcessExit.DONE);
  }

  @Test
  void whereMemoryRunsOutThatIsSaidBeforeTheEnd() throws Exception {
    load("demo.Greedy");
    hearUntil(Loaded.class);
    startChunk(new Interval(0, 10));
    List<FromProcess> heard = hearAll();
    assertThat(texts(heard)).containsExactly("0", "1", "2");
    List<Outcomes> reports = Said.reports(heard);
    Outcomes last = reports.get(reports.size() - 1);
    assertThat(last.interval().until()).isEqualTo(4);
    assertThat(last.failures()).extracting(Failure::kind).containsExactly(FailureKind.MEMORY);
    assertEnds(ProcessExit.OUT_OF_MEMORY);
  }

  @Test
  void itEndsWithItsSocketWhateverTheTaskDoes() throws Exception {
    load("demo.Endless");
    hearUntil(Loaded.class);
    startChunk(new Interval(0, 1));
    hearUntil(Printed.class);
    assertEndsWithItsSocket();
  }

  @Test
  void theNextJobOfItsCodeFindsNothingOfTheOneBefore() throws Exception {
    load("demo.Counts");
    hearUntil(Loaded.class);
    assertThat(texts(runChunk(new Interval(0, 2)))).containsExactly("1", "2");
    tell(new Unload());
    hearUntil(Unloaded.class);
    load("demo.Counts");
    hearUntil(Loaded.class);
    assertThat(texts(runChunk(new Interval(0, 2)))).containsExactly("1", "2");
    assertEndsWithItsSocket();
  }

  @Test
  void aJobThatLeavesAThreadBehindIsTheLastOfItsProcess() throws Exception {
    load("demo.LeavesThread");
    hearUntil(Loaded.class);
    runChunk(new Interval(0, 1));
    tell(new Unload());
    assertThat(Said.of(hearAll(), Unloaded.class)).isEmpty();
    assertEnds(ProcessExit.DONE);
  }

  @Test
  void aTasksExitIsTheProcesssAndTheCursorTellsWhose() throws Exception {
    load("demo.Exits");
    hearUntil(Loaded.class);
    startChunk(new Interval(0, 10));
    hearAll();
    assertEnds(5);
    assertThat(cursor.next()).as("the next to be taken is behind the culprit").isEqualTo(3);
  }

  private void load(String className) throws IOException {
    Program program = new Program.Java(List.of(), className, Program.Shape.TASK, Map.of());
    JobSpec spec = new JobSpec("request", "name", "user", program, RANGE, Policy.DEFAULT);
    tell(new Load(new JobId(42), spec, List.of(jar.toString()), folder.toString()));
  }

  private void loadCalls(String setUp) throws Exception {
    byte[] bytes = new CallEncoder().function(made(setUp));
    Program program = new Program.Calls(List.of(), bytes, 0);
    JobSpec spec =
        new JobSpec("request", "name", "user", program, new Inputs.Open(), Policy.DEFAULT);
    tell(new Load(new JobId(42), spec, List.of(jar.toString()), folder.toString()));
  }

  /** What the class of a client gives it to send. */
  private static Object made(String method) throws Exception {
    try (ProgramLoader client = new ProgramLoader(List.of(jar))) {
      return client.loadClass("demo.App").getMethod(method).invoke(null);
    }
  }

  private Failure loadFailure() throws IOException {
    return Said.of(hearUntil(LoadFailed.class), LoadFailed.class).get(0).failure();
  }

  private List<FromProcess> runChunk(Interval interval) throws IOException {
    startChunk(interval);
    return hearUntil(ChunkEnded.class);
  }

  private void startChunk(Interval interval) throws IOException {
    cursor.reset(interval.size());
    tell(new RunChunk(Harness.ATTEMPT, interval, Values.NONE, new int[0]));
  }

  private void tell(ToProcess command) throws IOException {
    ProcessWire.write(command, out);
  }

  private FromProcess hear() throws IOException {
    return ProcessWire.readReport(in);
  }

  /** What is said up to the first of this type. */
  private List<FromProcess> hearUntil(Class<? extends FromProcess> type) throws IOException {
    List<FromProcess> heard = new ArrayList<>();
    do {
      heard.add(hear());
      assertThat(heard.get(heard.size() - 1)).as("after " + heard).isNotNull();
    } while (!type.isInstance(heard.get(heard.size() - 1)));
    return heard;
  }

  /** What is said until the process ends. */
  private List<FromProcess> hearAll() throws IOException {
    List<FromProcess> heard = new ArrayList<>();
    for (FromProcess each = hear(); each != null; each = hear()) {
      heard.add(each);
    }
    return heard;
  }

  private void assertEndsWithItsSocket() throws Exception {
    socket.close();
    assertEnds(ProcessExit.DONE);
  }

  private void assertEnds(int exit) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(exit);
  }

  /** The values of all reports. */
  private static List<String> texts(List<FromProcess> heard) {
    List<String> texts = new ArrayList<>();
    for (Reported reported : Said.of(heard, Reported.class)) {
      Values values = reported.outcomes().values();
      int at = 0;
      for (int length : values.lengths()) {
        texts.add(new String(values.bytes(), at, length, StandardCharsets.UTF_8));
        at += length;
      }
    }
    return texts;
  }

  private static List<String> printed(List<FromProcess> heard) {
    return Said.of(heard, Printed.class).stream()
        .map(
            each ->
                each.index()
                    + " "
                    + each.stream()
                    + " "
                    + new String(each.bytes(), StandardCharsets.UTF_8))
        .toList();
  }
}
