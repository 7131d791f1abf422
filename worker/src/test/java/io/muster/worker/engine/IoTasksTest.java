package io.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RemoteFunction;
import io.muster.calls.CallEncoder;
import io.muster.calls.CallValues;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
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
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.process.MarkedProcesses;
import io.muster.worker.wire.Api;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** I/O tasks through a whole engine, in real I/O processes that the tests share. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IoTasksTest {
  private final String incarnation = UUID.randomUUID().toString();

  private Path folder;
  private BlobRef jar;
  private Engine engine;
  private RecordedOutlet coordinator;
  private long jobs;
  private long attempts;

  @BeforeAll
  void startEngine(@TempDir Path made) throws Exception {
    folder = made;
    WorkFolder work = WorkFolder.at(folder.resolve("work"));
    jar = inCache(work.cache());
    engine =
        Engine.start(
            new EngineSettings(
                incarnation,
                1,
                64 << 20,
                128 << 20,
                1 << 30,
                Duration.ofSeconds(20),
                work,
                JvmSettings.ofThisJvm(System.getProperty("java.class.path"), List.of()),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")));
    coordinator = new RecordedOutlet(engine);
    engine.welcomed("journal", 1, coordinator).get();
  }

  /** There is no coordinator to fetch it from. */
  private static BlobRef inCache(Path cache) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Class<?> type : IoTasks.class.getDeclaredClasses()) {
        add(type, zip);
      }
      add(IoTasks.class, zip);
      add(App.class, zip);
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    BlobId id = new BlobId(HexFormat.of().formatHex(digest));
    Files.write(cache.resolve(id.sha256()), bytes.toByteArray());
    return new BlobRef(id, bytes.size(), "tasks.jar");
  }

  private static void add(Class<?> type, ZipOutputStream zip) throws Exception {
    String name = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      zip.putNextEntry(new ZipEntry(name));
      in.transferTo(zip);
    }
  }

  @AfterAll
  void noProcessIsLeft() {
    engine.close();
    assertThat(MarkedProcesses.find(mark -> mark.startsWith(incarnation))).isEmpty();
  }

  // Jobs

  private static Policy policy(Duration timeout, Policy.Keys keys, long resultLimit) {
    Policy d = Policy.DEFAULT;
    return new Policy(
        timeout,
        d.retries(),
        d.crashLimit(),
        d.maxFailures(),
        d.chunk(),
        d.limit(),
        d.rate(),
        d.priority(),
        d.memory(),
        d.where(),
        d.env(),
        d.logLimit(),
        resultLimit,
        d.backoff(),
        keys);
  }

  private static Policy within(Duration timeout) {
    return policy(timeout, Policy.Keys.DEFAULT, Policy.DEFAULT.resultLimit());
  }

  private JobId job(Program program, Policy policy) {
    JobId job = new JobId(++jobs);
    JobSpec spec =
        new JobSpec(
            "request" + job, "a job", "a user", program, new Inputs.Range(0, 100_000, 1), policy);
    engine.received(coordinator, new ToWorker.Prepare(job, spec));
    return job;
  }

  private JobId job(Class<?> task, Policy policy, String... args) {
    Map<String, String> named = args.length == 0 ? Map.of() : Map.of(args[0], args[1]);
    return job(new Program.Java(List.of(jar), task.getName(), Program.Shape.IO, named), policy);
  }

  private JobId job(Class<?> task, String... args) {
    return job(task, Policy.DEFAULT, args);
  }

  private AttemptId assign(JobId job, long from, long until, boolean alone) {
    return assign(job, from, until, Values.NONE, alone);
  }

  private AttemptId assign(JobId job, long from, long until, Values inputs, boolean alone) {
    AttemptId attempt = new AttemptId(1, attempts + 1);
    attempts += until - from;
    engine.received(
        coordinator,
        new ToWorker.Assign(attempt, job, new Interval(from, until), inputs, new int[0], alone));
    return attempt;
  }

  private AttemptId assign(JobId job, long from, long until) {
    return assign(job, from, until, false);
  }

  private Outcomes outcomes(AttemptId attempt) throws Exception {
    return coordinator.next(Outcomes.class, said -> said.attempt().equals(attempt));
  }

  private AttemptFailed failed(AttemptId attempt) throws Exception {
    return coordinator.next(AttemptFailed.class, said -> said.attempt().equals(attempt));
  }

  private Logged logged(JobId job, String text) throws Exception {
    return coordinator.next(
        Logged.class, said -> said.job().equals(job) && text(said).contains(text));
  }

  private static String text(Logged said) {
    return new String(said.bytes(), StandardCharsets.UTF_8);
  }

  /** Results of so many tasks from the attempt's first on, however it was divided. */
  private List<String> results(AttemptId attempt, int count) throws Exception {
    Map<Long, String> results = new TreeMap<>();
    while (results.size() < count) {
      Outcomes outcomes =
          coordinator.next(
              Outcomes.class,
              said ->
                  said.attempt().number() >= attempt.number()
                      && said.attempt().number() < attempt.number() + count);
      assertThat(outcomes.failures()).isEmpty();
      int at = 0;
      long index = outcomes.interval().from();
      for (int length : outcomes.values().lengths()) {
        byte[] bytes = outcomes.values().bytes();
        results.put(index++, new String(bytes, at, length, StandardCharsets.UTF_8));
        at += length;
      }
    }
    return List.copyOf(results.values());
  }

  private static List<String> range(long from, long until) {
    return LongStream.range(from, until).mapToObj(Long::toString).toList();
  }

  private Failure onlyFailure(AttemptId attempt) throws Exception {
    Outcomes outcomes = coordinator.next(Outcomes.class, said -> said.failures().size() > 0);
    assertThat(outcomes.attempt().number()).isGreaterThanOrEqualTo(attempt.number());
    assertThat(outcomes.failures()).hasSize(1);
    return outcomes.failures().get(0);
  }

  // How they end

  @Test
  void tasksOfAChunkRunAtOnceAndAreReportedInOrder() throws Exception {
    AttemptId attempt = assign(job(IoTasks.Waits.class), 10, 1010);
    assertThat(results(attempt, 1000)).isEqualTo(range(10, 1010));
  }

  @Test
  void aBuiltInTaskNeedsNoJar() throws Exception {
    JobId job = job(new Program.Io("sleep", Map.of("millis", "1")), Policy.DEFAULT);
    assertThat(results(assign(job, 0, 100), 100)).isEqualTo(range(0, 100));
  }

  @Test
  void aThousandTasksThatBlockRunAtOnceAlso() throws Exception {
    AttemptId attempt = assign(job(IoTasks.Sleeps.class, "millis", "1"), 0, 1000);
    assertThat(results(attempt, 1000)).isEqualTo(range(0, 1000));
  }

  @Test
  void whatEndsBehindATaskThatGoesOnIsDividedOffAndReported() throws Exception {
    JobId job = job(IoTasks.Waits.class, "hang", "2");
    AttemptId attempt = assign(job, 0, 10);
    assertThat(results(attempt, 2)).containsExactly("0", "1");
    Divided divided = coordinator.next(Divided.class, said -> said.attempt().equals(attempt));
    assertThat(divided).isEqualTo(new Divided(attempt, 3, attempt.plus(3)));
    assertThat(results(divided.rest(), 7)).isEqualTo(range(3, 10));
    engine.received(coordinator, new ToWorker.Revoke(attempt));
    assertThat(logged(job, "ends by").index()).isEqualTo(2);
  }

  @Test
  void aTaskThatThrowsFailsAloneWithItsTrace() throws Exception {
    AttemptId attempt = assign(job(IoTasks.Misbehaves.class), 4, 7);
    Failure failure = onlyFailure(attempt);
    assertThat(failure.kind()).isEqualTo(FailureKind.EXCEPTION);
    assertThat(failure.headline()).isEqualTo("java.lang.IllegalStateException: as it was told");
    assertThat(failure.stackTrace())
        .contains("IoTasks$Misbehaves.start")
        .doesNotContain("io.muster.worker.io", "java.lang.Thread");
  }

  @Test
  void aStageThatFailsFailsItsTaskWithWhatIsBehindIt() throws Exception {
    Failure failure = onlyFailure(assign(job(IoTasks.FailsLater.class), 0, 1));
    assertThat(failure.headline()).isEqualTo("java.lang.IllegalStateException: later");
  }

  @Test
  void noStageIsAFailureThatSaysSo() throws Exception {
    Failure failure = onlyFailure(assign(job(IoTasks.Misbehaves.class, "does", "null"), 5, 6));
    assertThat(failure.message()).isEqualTo("start returned null: it must return a stage");
  }

  @Test
  void aTaskThatAsksToBeLeftAloneSaysForHowLong() throws Exception {
    Failure failure = onlyFailure(assign(job(IoTasks.Misbehaves.class, "does", "later"), 5, 6));
    assertThat(failure.retryAfterMillis()).isEqualTo(7_000);
  }

  @Test
  void aLargeResultIsAFile() throws Exception {
    JobId job = job(IoTasks.Misbehaves.class, "does", "large");
    AttemptId attempt = assign(job, 5, 6);
    Path out = folder.resolve("work/out");
    // it can't be uploaded here, and so it is never said; it is there to be
    while (true) {
      try (var files = Files.list(out)) {
        if (files.anyMatch(file -> file.getFileName().toString().length() == 64)) {
          break;
        }
      }
    }
    engine.received(coordinator, new ToWorker.Revoke(attempt));
  }

  @Test
  void aResultBeyondTheLimitFailsItsTask() throws Exception {
    Policy small = policy(null, Policy.Keys.DEFAULT, 1000);
    Failure failure =
        onlyFailure(assign(job(IoTasks.Misbehaves.class, small, "does", "large"), 5, 6));
    assertThat(failure.kind()).isEqualTo(FailureKind.LIMIT);
  }

  @Test
  void aStageThatNeverEndsRunsOutOfItsTimeAlone() throws Exception {
    JobId job = job(IoTasks.Waits.class, within(Duration.ofSeconds(3)), "hang", "2");
    Failure failure = onlyFailure(assign(job, 0, 5));
    assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(failure.message()).isEqualTo("ran longer than its time-out of 3.0 s");
  }

  @Test
  void aThreadThatRanOutOfTimeIsInterrupted() throws Exception {
    JobId job = job(IoTasks.Sleeps.class, within(Duration.ofMillis(300)));
    AttemptId attempt = assign(job, 0, 1);
    assertThat(logged(job, "interrupted").index()).isZero();
    assertThat(attempt).isNotNull();
  }

  @Test
  void aStartThatBlocksHoldsNobodyUpAndIsNamed() throws Exception {
    JobId job = job(IoTasks.Misbehaves.class, "does", "block");
    assign(job, 0, 100);
    Logged warning = logged(job, "start() has blocked its thread");
    assertThat(warning.index()).isEqualTo(5);
    assertThat(text(warning)).contains("IoTasks$Misbehaves.start", "IoTask.Blocking");
  }

  // What is not wanted

  @Test
  void aTaskThatIsStoppedFailsAndItsNeighboursGoOn() throws Exception {
    JobId job = job(IoTasks.Waits.class, "hang", "2");
    AttemptId attempt = assign(job, 2, 4);
    logged(job, "hangs");
    engine.received(coordinator, new ToWorker.StopTask(attempt, 2, false));
    Failure failure = onlyFailure(attempt);
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
  }

  @Test
  void aRevokedAttemptIsCancelledWithoutAWord() throws Exception {
    JobId job = job(IoTasks.Sleeps.class);
    AttemptId attempt = assign(job, 0, 1);
    logged(job, "sleeps");
    engine.received(coordinator, new ToWorker.Revoke(attempt));
    logged(job, "interrupted");
    assertThat(engine.standing().get().claims())
        .noneMatch(claim -> claim.attempt().equals(attempt));
  }

  // Processes

  private String process(JobId job, boolean alone) throws Exception {
    return results(assign(job, 0, 1, alone), 1).get(0);
  }

  @Test
  void jobsOfTheSameCodeShareAProcessSuspectsDoNot() throws Exception {
    JobId first = job(IoTasks.Where.class);
    JobId second = job(IoTasks.Where.class);
    String shared = process(first, false);
    assertThat(process(second, false)).isEqualTo(shared);
    String apart = process(first, true);
    assertThat(apart).isNotEqualTo(shared);
    assertThat(process(second, true)).isNotIn(shared, apart);
    engine.received(coordinator, new ToWorker.JobOver(first));
    assertThat(process(second, false)).isEqualTo(shared);
  }

  @Test
  void whoExitsTakesItsNeighboursAlongAndNobodyIsNamed() throws Exception {
    AttemptId waiting = assign(job(IoTasks.Waits.class, "hang", "0"), 0, 1);
    coordinator.next(ToCoordinator.Started.class, said -> said.attempt().equals(waiting));
    AttemptId exits = assign(job(IoTasks.Misbehaves.class, "does", "exit"), 5, 6);
    AttemptFailed other = failed(waiting);
    assertThat(other.shared()).isTrue();
    assertThat(other.suspect()).isEqualTo(-1);
    AttemptFailed itself = failed(exits);
    assertThat(itself.shared()).isTrue();
    assertThat(itself.takenUntil()).isEqualTo(6);
    assertThat(itself.failure().kind()).isEqualTo(FailureKind.CRASH);
    assertThat(itself.failure().exitCode()).isEqualTo(42);
  }

  @Test
  void whoExitsAloneIsKnown() throws Exception {
    AttemptFailed died = failed(assign(job(IoTasks.Misbehaves.class, "does", "exit"), 5, 6, true));
    assertThat(died.shared()).isFalse();
    assertThat(died.failure().exitCode()).isEqualTo(42);
  }

  @Test
  void whoEatsTheMemoryEndsItsProcess() throws Exception {
    AttemptFailed died =
        failed(assign(job(IoTasks.Misbehaves.class, "does", "memory"), 5, 6, true));
    assertThat(died.failure().kind()).isEqualTo(FailureKind.MEMORY);
    assertThat(died.failure().message()).contains("128 MiB");
  }

  @Test
  void soDoesALackOfMemoryThatTheJvmDoesNotSee() throws Exception {
    AttemptFailed died =
        failed(assign(job(IoTasks.Misbehaves.class, "does", "no-thread"), 5, 6, true));
    assertThat(died.failure().kind()).isEqualTo(FailureKind.MEMORY);
  }

  @Test
  void aProgramThatCannotBeMadeFailsItsChunksAndNoOthers() throws Exception {
    AttemptFailed failed = failed(assign(job(IoTasks.Unmade.class), 0, 10));
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failed.failure().message()).contains("can't be made", "no licence");
    assertThat(results(assign(job(IoTasks.Waits.class), 0, 1), 1)).containsExactly("0");
  }

  @Test
  void aProgramThatExitsWhenItIsLoadedIsTriedWhereItHarmsNobody() throws Exception {
    JobId waits = job(IoTasks.Waits.class, "hang", "0");
    AttemptId waiting = assign(waits, 0, 1);
    logged(waits, "hangs");
    AttemptId never = assign(job(IoTasks.ExitsWhenMade.class), 0, 1);
    assertThat(failed(waiting).failure().exitCode()).isEqualTo(41);
    AttemptFailed failed = failed(never);
    assertThat(failed.takenUntil()).as("nothing ran").isZero();
    assertThat(failed.shared()).isFalse();
  }

  @Test
  void anUnknownTaskIsRefusedWithAHint() throws Exception {
    JobId job = job(new Program.Io("http-gett", Map.of()), Policy.DEFAULT);
    Failure failure = failed(assign(job, 0, 1)).failure();
    assertThat(failure.kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failure.message()).contains("http-gett", "did you mean http-get?");
  }

  @Test
  void anUnknownArgumentOfABuiltInTaskIsRefused() throws Exception {
    JobId job = job(new Program.Io("sleep", Map.of("milis", "1")), Policy.DEFAULT);
    assertThat(failed(assign(job, 0, 1)).failure().message())
        .isEqualTo("sleep takes no --arg milis: it takes millis");
  }

  // Keys

  @Test
  void noMoreTasksOfAKeyRunAtOnceThanMay() throws Exception {
    Policy two = policy(null, new Policy.Keys(2, 0), 1 << 20);
    List<String> most = results(assign(job(IoTasks.Counts.class, two), 0, 100), 100);
    assertThat(most).contains("2").doesNotContain("3");
  }

  @Test
  void aKeyThatKeepsFailingIsLeftAlone() throws Exception {
    Policy three = policy(null, new Policy.Keys(1, 3), 1 << 20);
    assign(job(IoTasks.Refused.class, three), 0, 10);
    List<Failure> failures = new ArrayList<>();
    while (failures.size() < 10) {
      Outcomes outcomes = coordinator.next(Outcomes.class);
      for (int cause : outcomes.causes()) {
        failures.add(outcomes.failures().get(cause));
      }
    }
    assertThat(failures).filteredOn(each -> each.message().equals("refused")).hasSize(3);
    assertThat(failures)
        .filteredOn(
            each ->
                each.message()
                    .equals(
                        "the host keeps failing (last: java.lang.IllegalStateException: refused):"
                            + " left alone for another 1 s"))
        .hasSize(7)
        .allMatch(each -> each.retryAfterMillis() == 1_000);
  }

  // Prints

  @Test
  void whatIsPrintedOnATasksThreadIsItsOwnTheRestTheJobs() throws Exception {
    JobId job = job(IoTasks.Prints.class);
    assign(job, 7, 8);
    Logged own = logged(job, "own of 7");
    assertThat(own.index()).isEqualTo(7);
    assertThat(own.stream()).isEqualTo(LogStream.STDOUT);
    Logged other = logged(job, "another's");
    assertThat(other.index()).isEqualTo(-1);
    assertThat(other.stream()).isEqualTo(LogStream.STDERR);
    assertThat(logged(job, "log of 7").index()).isEqualTo(7);
  }

  // Calls of a client's session

  /** What the client's program consists of. */
  static final class App {
    private App() {}

    static RemoteFunction<Integer, Object> square() {
      return x -> x * x;
    }

    static RemoteFunction<Integer, Object> later(int millis) {
      return x ->
          CompletableFuture.supplyAsync(
              () -> x * x, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
    }

    static RemoteFunction<Integer, Object> failing() {
      return x -> CompletableFuture.failedFuture(new IllegalArgumentException("not " + x));
    }
  }

  private AttemptId call(RemoteFunction<Integer, Object> function) throws Exception {
    CallEncoder encoder = new CallEncoder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] lengths =
        IntStream.range(0, 100)
            .map(
                x -> {
                  try {
                    byte[] input = encoder.arguments(x);
                    bytes.writeBytes(input);
                    return input.length;
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toArray();
    Values.Head head = new Values.Head(0, encoder.function(function), null);
    Values inputs =
        new Values(Encoding.JAVA, bytes.toByteArray(), lengths, List.of(), List.of(head));
    JobId job = job(new Program.Calls(List.of(jar), new byte[0], 0, true), Policy.DEFAULT);
    return assign(job, 0, 100, inputs, false);
  }

  /** Of all its parts: where a task goes on, what lies behind it is reported as another attempt. */
  private List<Object> squares(AttemptId attempt) throws Exception {
    CallValues values = new CallValues(getClass().getClassLoader(), CallValues.defaultFilter());
    TreeMap<Long, Object> results = new TreeMap<>();
    long first = attempt.number();
    while (results.size() < 100) {
      Outcomes said =
          coordinator.next(
              Outcomes.class,
              part -> part.attempt().number() >= first && part.attempt().number() < first + 100);
      long index = said.interval().from();
      int at = 0;
      for (int length : said.values().lengths()) {
        results.put(index++, values.read(said.values().bytes(), at, length));
        at += length;
      }
    }
    return List.copyOf(results.values());
  }

  @Test
  void aCallsValueIsTheResultOrThatOfTheStage() throws Exception {
    List<Integer> expected = IntStream.range(0, 100).map(x -> x * x).boxed().toList();
    assertThat(squares(call(App.square()))).isEqualTo(expected);
    assertThat(squares(call(App.later(5)))).isEqualTo(expected);
  }

  @Test
  void theExceptionOfACallsStageTravels() throws Exception {
    AttemptId attempt = call(App.failing());
    Failure failure = outcomes(attempt).failures().get(0);
    assertThat(failure.headline()).isEqualTo("java.lang.IllegalArgumentException: not 0");
    CallValues values = new CallValues(getClass().getClassLoader(), CallValues.defaultFilter());
    assertThat(values.read(failure.thrown(), 0, failure.thrown().length))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
