package io.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import io.muster.calls.CallEncoder;
import io.muster.calls.CallValues;
import io.muster.calls.EncodedCall;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.process.MarkedProcesses;
import io.muster.worker.wire.Api;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a client's session through a whole engine, in real processes. */
@Timeout(300)
class CallTasksTest {
  private static final JobId JOB = new JobId(7);

  private final String incarnation = UUID.randomUUID().toString();
  private final CallEncoder encoder = new CallEncoder();
  private final CallValues values =
      new CallValues(getClass().getClassLoader(), CallValues.defaultFilter());

  @TempDir Path folder;
  private BlobRef jar;
  private Engine engine;
  private RecordedOutlet coordinator;
  private long attempts;

  /** What the client's program consists of. */
  static final class App {
    private App() {}

    static RemoteFunction<Integer, Object> square() {
      return x -> x * x;
    }

    static RemoteCallable<Object> process() {
      return () -> ProcessHandle.current().pid();
    }

    static RemoteFunction<Integer, Object> hangsAt(int one) {
      return x -> {
        while (x == one) {
          System.out.print("hangs");
          try {
            Thread.sleep(1_000_000);
          } catch (InterruptedException e) {
            // and goes on
          }
        }
        return x;
      };
    }
  }

  @BeforeEach
  void startEngine() throws Exception {
    WorkFolder work = WorkFolder.at(folder.resolve("work"));
    jar = inCache(work.cache());
    engine =
        Engine.start(
            new EngineSettings(
                incarnation,
                1,
                64 << 20,
                64 << 20,
                1 << 30,
                Duration.ofSeconds(20),
                work,
                JvmSettings.ofThisJvm(
                    System.getProperty("java.class.path"), List.of("-XX:TieredStopAtLevel=1")),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")));
    coordinator = new RecordedOutlet(engine);
    engine.welcomed("journal", 1, coordinator).get();
  }

  /** There is no coordinator to fetch it from. */
  private static BlobRef inCache(Path cache) throws Exception {
    String name = App.class.getName().replace('.', '/') + ".class";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = bytes;
        ZipOutputStream zip = new ZipOutputStream(out);
        InputStream in = App.class.getClassLoader().getResourceAsStream(name)) {
      zip.putNextEntry(new ZipEntry(name));
      in.transferTo(zip);
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    BlobId id = new BlobId(HexFormat.of().formatHex(digest));
    Files.write(cache.resolve(id.sha256()), bytes.toByteArray());
    return new BlobRef(id, bytes.size(), "app.jar");
  }

  @AfterEach
  void noProcessIsLeft() {
    engine.close();
    assertThat(MarkedProcesses.find(mark -> mark.startsWith(incarnation))).isEmpty();
  }

  private void open(int tasksPerProcess) {
    JobSpec spec =
        new JobSpec(
            "request",
            "a pool",
            "a user",
            new Program.Calls(List.of(jar), new byte[0], tasksPerProcess),
            new Inputs.Open(),
            Policy.DEFAULT,
            "a session");
    engine.received(coordinator, new ToWorker.Prepare(JOB, spec));
  }

  private AttemptId assign(long from, Values inputs) {
    AttemptId attempt = new AttemptId(1, ++attempts);
    engine.received(
        coordinator,
        new ToWorker.Assign(
            attempt, JOB, new Interval(from, from + inputs.count()), inputs, new int[0]));
    return attempt;
  }

  private Values map(RemoteFunction<Integer, ?> function, int... elements) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] lengths = new int[elements.length];
    for (int i = 0; i < elements.length; i++) {
      byte[] input = encoder.arguments(elements[i]);
      bytes.writeBytes(input);
      lengths[i] = input.length;
    }
    return headed(encoder.function(function), bytes.toByteArray(), lengths);
  }

  private Values call(RemoteCallable<?> function) throws Exception {
    EncodedCall call = encoder.call(function);
    return headed(call.head(), call.input(), new int[] {call.input().length});
  }

  private static Values headed(byte[] head, byte[] bytes, int[] lengths) {
    return new Values(
        Encoding.JAVA, bytes, lengths, List.of(), List.of(new Values.Head(0, head, null)));
  }

  /** The results of the next so many tasks. */
  private List<Object> results(int count) throws Exception {
    List<Object> results = new ArrayList<>();
    while (results.size() < count) {
      Outcomes outcomes = coordinator.next(Outcomes.class);
      assertThat(outcomes.failures()).isEmpty();
      int at = 0;
      for (int length : outcomes.values().lengths()) {
        results.add(values.read(outcomes.values().bytes(), at, length));
        at += length;
      }
    }
    return results;
  }

  @Test
  void aMapRunsInAProcess() throws Exception {
    open(0);
    assign(0, map(App.square(), 1, 2, 3));
    assertThat(results(3)).containsExactly(1, 4, 9);
  }

  @Test
  void callsOfAJobShareTheirProcess() throws Exception {
    open(0);
    assign(0, call(App.process()));
    Object first = results(1).get(0);
    assign(1, call(App.process()));
    assertThat(results(1)).containsExactly(first);
  }

  @Test
  void aProcessThatHasRunItsShareIsReplaced() throws Exception {
    open(1);
    assign(0, call(App.process()));
    Object first = results(1).get(0);
    assign(1, call(App.process()));
    assertThat(results(1)).doesNotContain(first);
  }

  @Test
  void aStoppedTaskIsKilledAndTheRestOfItsChunkGivenBack() throws Exception {
    open(0);
    AttemptId attempt = assign(0, map(App.hangsAt(5), 4, 5, 6));
    coordinator.next(ToCoordinator.Logged.class); // it hangs
    engine.received(coordinator, new ToWorker.StopTask(attempt, 1, false));
    assertThat(coordinator.next(ToCoordinator.Retracted.class).until()).isEqualTo(2);
    assertThat(coordinator.next(ToCoordinator.Retracted.class).until()).isEqualTo(1);
    assign(2, map(App.hangsAt(5), 6));
    assertThat(results(1)).containsExactly(6);
  }

  @Test
  void aSetUpThatFailsIsTold() throws Exception {
    JobSpec spec =
        new JobSpec(
            "request",
            "a pool",
            "a user",
            new Program.Calls(List.of(jar), new byte[] {99}, 0),
            new Inputs.Open(),
            Policy.DEFAULT,
            "a session");
    engine.received(coordinator, new ToWorker.Prepare(JOB, spec));
    assign(0, call(App.process()));
    ToCoordinator.AttemptFailed failed = coordinator.next(ToCoordinator.AttemptFailed.class);
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.REJECTED);
    assertThat(failed.failure().message())
        .isEqualTo("the set-up of a process can't be read: a function of an unknown kind");
  }
}
