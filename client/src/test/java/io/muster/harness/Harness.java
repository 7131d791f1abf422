package io.muster.harness;

import io.muster.calls.CallDecoder;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.ChunkEnded;
import io.muster.protocol.process.ToProcess.RunChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/**
 * What runs a program inside a task process, without the process: the test is the worker, at the
 * other mapping of the cursor.
 */
final class Harness implements AutoCloseable {
  static final AttemptId ATTEMPT = new AttemptId(1, 2);
  static final long JOB = 42;

  /**
   * What became of a chunk.
   *
   * @param until where it ended
   * @param thrown that ended the process, or null
   */
  record Ran(
      List<FromProcess> said, List<Outcomes> reports, long until, @Nullable Throwable thrown) {}

  private final Said said = new Said();
  private final TaskOutput output = new TaskOutput(said.outbox());
  private final Reports reports = new Reports(said.outbox());
  private final Path folder;
  private final Path blobs;
  private final Path jar;
  private final ProgramLoader loader;
  private final ChunkCursor worker;
  private final ChunkCursor process;
  private final EncodedValue encoded;
  private Map<String, String> args = Map.of();
  private Policy policy = Policy.DEFAULT;

  Harness(Path folder, Path jar) throws IOException {
    this.folder = folder;
    this.jar = jar;
    loader = new ProgramLoader(List.of(jar));
    Path unfinished = Files.createDirectory(folder.resolve("process"));
    blobs = Files.createDirectory(folder.resolve("blobs"));
    worker = ChunkCursor.map(unfinished.resolve("cursor"));
    process = ChunkCursor.map(unfinished.resolve("cursor"));
    encoded = new EncodedValue(unfinished, blobs);
  }

  Harness args(Map<String, String> newArgs) {
    args = newArgs;
    return this;
  }

  Harness resultLimit(long bytes) {
    Policy old = Policy.DEFAULT;
    policy =
        new Policy(
            old.timeout(),
            old.retries(),
            old.crashLimit(),
            old.maxFailures(),
            old.chunk(),
            old.limit(),
            old.rate(),
            old.priority(),
            old.memory(),
            old.where(),
            old.env(),
            old.logLimit(),
            bytes,
            old.backoff(),
            old.keys());
    return this;
  }

  /** Its tasks give lists of outputs. */
  Harness flattening() {
    policy = policy.flattening();
    return this;
  }

  /** The end that the worker may lower. */
  ChunkCursor worker() {
    return worker;
  }

  /** Where large values are. */
  Path blobs() {
    return blobs;
  }

  Outbox outbox() {
    return said.outbox();
  }

  Said said() {
    return said;
  }

  EncodedValue encoded() {
    return encoded;
  }

  /** Sets a public static field of the program, through which it calls back. */
  Harness set(String className, String field, Object value) throws Exception {
    loader.loadClass(className).getField(field).set(null, value);
    return this;
  }

  LoadedProgram load(String className, Inputs inputs) throws UnusableProgramException {
    ProgramClass programClass = ProgramClass.find(loader, List.of(jar), className);
    Program program = new Program.Java(List.of(), className, programClass.shape(), args);
    return new LoadedProgram(
        made(programClass),
        programClass,
        new JobSpec("request", "name", "user", program, inputs, policy),
        loader,
        new RunningTask(args, JOB, output),
        blobs);
  }

  static Object made(ProgramClass programClass) {
    try {
      return programClass.newInstance();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a chunk in a range. */
  Ran run(String className, Inputs.Range range, Interval interval) throws UnusableProgramException {
    return run(load(className, range), interval, Values.NONE);
  }

  Ran run(LoadedProgram program, Interval interval, Values inputs, int... tries) {
    return run(new ChunkRunner(program, process, reports, encoded), interval, inputs, tries);
  }

  /** What runs calls. */
  CallRunner calls() {
    return new CallRunner(
        new CallDecoder(loader),
        new RunningTask(Map.of(), JOB, output),
        process,
        reports,
        encoded,
        policy.resultLimit(),
        blobs);
  }

  Ran run(Chunks runner, Interval interval, Values inputs, int... tries) {
    worker.reset(interval.size());
    Throwable thrown = thrownBy(() -> runner.run(new RunChunk(ATTEMPT, interval, inputs, tries)));
    List<FromProcess> all = said.take();
    List<ChunkEnded> ended = Said.of(all, ChunkEnded.class);
    return new Ran(all, Said.reports(all), ended.isEmpty() ? -1 : ended.get(0).until(), thrown);
  }

  /** Runs it on a thread of its own, as the main thread of a task process is: no frames below. */
  static @Nullable Throwable thrownBy(ThrowingCallable code) {
    CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
    Thread main =
        new Thread(
            () -> {
              try {
                code.call();
                ended.complete(null);
              } catch (Throwable e) {
                ended.complete(e);
              }
            });
    main.setDaemon(true);
    main.start();
    return ended.join();
  }

  /** Inputs as a worker sends them; what is too large for a message is in a file. */
  Values inputs(Encoding encoding, byte[]... values) throws Exception {
    ValueBuffer buffer = new ValueBuffer();
    EncodedValue each = new EncodedValue(folder, blobs);
    for (byte[] value : values) {
      each.reset(Long.MAX_VALUE);
      each.write(value);
      each.finish();
      buffer.append(each);
    }
    return buffer.take(encoding);
  }

  Values json(String... values) throws Exception {
    byte[][] bytes = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = values[i].getBytes(StandardCharsets.UTF_8);
    }
    return inputs(Encoding.JSON, bytes);
  }

  /** The values of a message as text; those in files are read from there. */
  List<String> texts(Values values) throws Exception {
    InputReader reader =
        new InputReader(
            values,
            (bytes, offset, length) -> new String(bytes, offset, length, StandardCharsets.UTF_8),
            blobs);
    List<String> texts = new ArrayList<>();
    while (reader.hasNext()) {
      texts.add((String) reader.read());
    }
    return texts;
  }

  /** All values of these reports, in order. */
  List<String> texts(List<Outcomes> outcomes) throws Exception {
    List<String> texts = new ArrayList<>();
    for (Outcomes each : outcomes) {
      texts.addAll(texts(each.values()));
    }
    return texts;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    said.close();
    loader.close();
  }
}
