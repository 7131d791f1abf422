package io.muster.harness;

import io.muster.api.IoTask;
import io.muster.calls.CallDecoder;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A program of I/O tasks, loaded: how their inputs are read, their code is called and their results
 * are written. Any thread, many at once.
 */
public final class IoProgram implements AutoCloseable {
  private static final byte[] IN_A_FILE = {};

  /** A result as it travels: its bytes, or the name of the file it is in. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Encoded(byte[] bytes, @Nullable BlobRef blob) {}

  /**
   * Where values too large for a message are.
   *
   * @param blobs inputs, each a file named by its SHA-256
   * @param unfinished results that are being written
   * @param out results, each a file named by its SHA-256
   */
  public record Places(Path blobs, Path unfinished, Path out) {}

  private final JobSpec spec;
  private final Places places;
  private final ClassLoader loader;

  /** Of the user's classes; null of a built-in task. */
  private final @Nullable ProgramLoader own;

  /** One of these is there. */
  private final @Nullable TaskObject task;

  private final @Nullable CallDecoder decoder;

  /** An object of the user's class. */
  record TaskObject(ProgramClass type, Object object) {}

  private IoProgram(
      JobSpec spec,
      Places places,
      @Nullable ProgramLoader own,
      @Nullable TaskObject task,
      @Nullable CallDecoder decoder) {
    this.spec = spec;
    this.places = places;
    this.own = own;
    this.loader = own == null ? IoProgram.class.getClassLoader() : own;
    this.task = task;
    this.decoder = decoder;
  }

  /** Loads a built-in task: a class of ours. */
  public static IoProgram builtIn(JobSpec spec, String className, Places places)
      throws UnusableProgramException, UnmadeException {
    ClassLoader ours = IoProgram.class.getClassLoader();
    ProgramClass type = ProgramClass.find(ours, List.of(), className);
    return new IoProgram(spec, places, null, new TaskObject(type, ProgramStart.make(type)), null);
  }

  /** Loads a job's program, which runs the user's static initialisers, constructor or set-up. */
  public static IoProgram load(JobSpec spec, List<Path> jars, Places places)
      throws UnusableProgramException, UnmadeException {
    ProgramLoader loader = new ProgramLoader(jars);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      if (spec.program() instanceof Program.Calls calls) {
        CallDecoder decoder = new CallDecoder(loader);
        ProgramStart.setUp(decoder, calls.setup());
        return new IoProgram(spec, places, loader, null, decoder);
      }
      if (spec.program() instanceof Program.Java java) {
        ProgramClass type = ProgramClass.find(loader, jars, java.className());
        TaskObject task = new TaskObject(type, ProgramStart.make(type));
        return new IoProgram(spec, places, loader, task, null);
      }
      throw new IllegalArgumentException("not a program of the user's: " + spec.program());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** What the user's code finds its classes with. */
  public ClassLoader loader() {
    return loader;
  }

  /** Whether its code may block the thread that it runs on, by right. */
  public boolean mayBlock() {
    return task == null || !(task.object() instanceof IoTask);
  }

  /** The tasks of a chunk. */
  public IoInputs inputs(Interval interval, Values inputs) {
    if (decoder != null) {
      return new IoInputs.OfCalls(interval, inputs, places.blobs(), decoder);
    }
    if (task == null) {
      throw new IllegalStateException("a program with nothing to run");
    }
    return new IoInputs.OfClass(interval, inputs, places.blobs(), spec, task, loader);
  }

  /**
   * Writes a result.
   *
   * @throws Exception when it can't be written or is too large, which fails the task
   */
  public Encoded encode(@Nullable Object value, Encoding encoding) throws Exception {
    EncodedValue encoded = new EncodedValue(places.unfinished(), places.out());
    encoded.reset(spec.policy().resultLimit());
    writer(encoding).write(value, encoded);
    encoded.finish();
    BlobRef blob = encoded.blob();
    return blob == null
        ? new Encoded(Arrays.copyOf(encoded.bytes(), (int) encoded.size()), null)
        : new Encoded(IN_A_FILE, blob);
  }

  /** Whether each task gives a list of outputs, which are to be taken apart. */
  public boolean flattens() {
    return spec.policy().flatten();
  }

  /**
   * Writes what a task of a stage that flattens gave.
   *
   * @throws Exception when it can't be taken apart or written, which fails the task
   */
  public Values encodeAll(@Nullable Object value, Encoding encoding) throws Exception {
    EncodedValue encoded = new EncodedValue(places.unfinished(), places.out());
    return new TaskOutputs(encoded, spec.policy().resultLimit())
        .of(value, writer(encoding), encoding);
  }

  private ValueWriter writer(Encoding encoding) {
    if (decoder != null) {
      return new CallResults();
    }
    return encoding == Encoding.JAVA ? new JavaValues(loader, null) : new JsonWriter();
  }

  /**
   * What the user is told of what a task threw.
   *
   * @throws OutOfMemoryError if that is what is behind it: the process is to end
   */
  public Failure failure(Throwable thrown) {
    Failures.rethrowIfOutOfMemory(thrown);
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return decoder != null ? Failures.withException(cause) : Failures.of(cause);
  }

  /** Whether failures are told with the exceptions themselves, so that no two are alike. */
  public boolean tellsExceptions() {
    return decoder != null;
  }

  /** About how many bytes it takes in a message. */
  public static int weight(Failure failure) {
    return Failures.weight(failure);
  }

  @Override
  public void close() throws IOException {
    JsonInUse.forget(); // the jobs beside it make another
    if (own != null) {
      own.close();
    }
  }
}
