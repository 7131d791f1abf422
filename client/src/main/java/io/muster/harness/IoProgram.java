package io.muster.harness;

import io.muster.api.IoTask;
import io.muster.api.RetryLaterException;
import io.muster.api.TaskContext;
import io.muster.calls.CallDecoder;
import io.muster.calls.CallHead;
import io.muster.calls.UnreadableValueException;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A program of I/O tasks, loaded: how their inputs are read, their code is called and their results
 * are written. Any thread, many at once.
 */
public final class IoProgram implements AutoCloseable {
  /** A result as it travels: its bytes, or the name of the file it is in. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Encoded(byte[] bytes, @Nullable BlobRef blob) {}

  /** It can't be loaded; why, for the user. */
  public static final class UnloadableException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Failure failure;

    UnloadableException(Failure failure, @Nullable Throwable why) {
      super(failure.message(), why);
      this.failure = failure;
    }

    public Failure failure() {
      return failure;
    }
  }

  /** A task whose input is read. */
  public interface Ready {
    /** What it leans on, as {@link IoTask#key} has it. */
    @Nullable String key();

    /** Whether it blocks the thread it runs on by right. */
    boolean mayBlock();

    /**
     * Runs the user's code.
     *
     * @return the result, or a {@link CompletionStage} of it
     */
    @Nullable Object run(TaskContext context) throws Exception;
  }

  private final JobSpec spec;
  private final ClassLoader loader;
  private final @Nullable ProgramLoader own;
  private final Path unfinished;
  private final Path out;
  private final Path blobs;
  private final @Nullable ProgramClass type;
  private final @Nullable Object object;
  private final @Nullable CallDecoder decoder;

  private IoProgram(
      JobSpec spec,
      @Nullable ProgramLoader own,
      Places places,
      @Nullable ProgramClass type,
      @Nullable Object object,
      @Nullable CallDecoder decoder) {
    this.spec = spec;
    this.own = own;
    this.loader = own == null ? IoProgram.class.getClassLoader() : own;
    this.unfinished = places.unfinished();
    this.out = places.out();
    this.blobs = places.blobs();
    this.type = type;
    this.object = object;
    this.decoder = decoder;
  }

  /**
   * Where values too large for a message are.
   *
   * @param blobs inputs, each a file named by its SHA-256
   * @param unfinished results that are being written
   * @param out results, each a file named by its SHA-256
   */
  public record Places(Path blobs, Path unfinished, Path out) {}

  /**
   * Loads a job's program, which runs the user's static initialisers and constructor.
   *
   * @param builtIn of a built-in task: its class
   */
  public static IoProgram load(
      JobSpec spec, List<Path> jars, @Nullable String builtIn, Places places)
      throws UnloadableException {
    ProgramLoader own = builtIn == null ? new ProgramLoader(jars) : null;
    ClassLoader loader = own == null ? IoProgram.class.getClassLoader() : own;
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      if (spec.program() instanceof Program.Calls) {
        return new IoProgram(spec, own, places, null, null, new CallDecoder(loader));
      }
      String name = builtIn != null ? builtIn : ((Program.Java) spec.program()).className();
      ProgramClass type = ProgramClass.find(loader, jars, name);
      return new IoProgram(spec, own, places, type, made(type), null);
    } catch (UnusableProgramException e) {
      throw new UnloadableException(
          Failure.of(FailureKind.REJECTED, String.valueOf(e.getMessage())), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** There is no such program. */
  public static UnloadableException unloadable(Failure failure) {
    return new UnloadableException(failure, null);
  }

  private static Object made(ProgramClass type) throws UnloadableException {
    try {
      return type.newInstance();
    } catch (Throwable e) {
      Failures.rethrowIfOutOfMemory(e);
      Failure why = Failures.of(e);
      String message =
          "class %s can't be made: %s: %s".formatted(type.name(), why.type(), why.message());
      throw new UnloadableException(
          new Failure(FailureKind.REJECTED, why.type(), message, why.stackTrace(), null, null, ""),
          e);
    }
  }

  public ClassLoader loader() {
    return loader;
  }

  /** What results of tasks with these inputs are written in. */
  public Encoding resultsFor(Values inputs) {
    return decoder != null ? Encoding.JAVA : LoadedProgram.resultsFor(inputs.encoding());
  }

  /** The tasks of a chunk. */
  public Chunk chunk(Interval interval, Values inputs) {
    return new Chunk(interval, inputs);
  }

  /** Reads inputs of one chunk, in any order. */
  public final class Chunk {
    private final Interval interval;
    private final Values inputs;
    private final int[] starts;

    private Chunk(Interval interval, Values inputs) {
      this.interval = interval;
      this.inputs = inputs;
      starts = new int[inputs.count() + 1];
      for (int k = 0; k < inputs.count(); k++) {
        starts[k + 1] = starts[k] + inputs.lengths()[k];
      }
    }

    /**
     * Reads a task's input.
     *
     * @throws Exception when it can't be, which fails the task
     */
    public Ready ready(long index) throws Exception {
      int offset = (int) (index - interval.from());
      CallDecoder calls = decoder;
      if (calls != null) {
        return call(calls, offset);
      }
      Object input = input(offset);
      if (object instanceof IoTask<?, ?> task) {
        @SuppressWarnings("unchecked") // inputs are read as the type it takes
        IoTask<@Nullable Object, @Nullable Object> typed =
            (IoTask<@Nullable Object, @Nullable Object>) task;
        return new OfTask(typed, input);
      }
      @SuppressWarnings("unchecked") // as above; no other class has this shape
      IoTask.Blocking<@Nullable Object, @Nullable Object> typed =
          (IoTask.Blocking<@Nullable Object, @Nullable Object>) object;
      if (typed == null) {
        throw new IllegalStateException("a program without an object");
      }
      return new OfBlocking(typed, input);
    }

    private @Nullable Object input(int offset) throws Exception {
      if (type == null || spec.inputs() instanceof Inputs.None) {
        return null;
      }
      Type wanted = type.input();
      if (spec.inputs() instanceof Inputs.Range range) {
        return NumberInput.as(wanted).of(range.from() + interval.from() + offset);
      }
      return one(offset, reader(wanted));
    }

    private ValueReader reader(Type wanted) {
      return switch (inputs.encoding()) {
        case JSON -> new JsonReader(wanted);
        case BYTES -> new LineReader(wanted);
        case JAVA -> new JavaValues(loader, null);
      };
    }

    private @Nullable Object one(int offset, ValueReader reader)
        throws UncodableValueException, IOException {
      return new InputReader(at(offset), reader, blobs).read();
    }

    /** The one input alone. */
    private Values at(int offset) {
      return new Values(
          inputs.encoding(),
          Arrays.copyOfRange(inputs.bytes(), starts[offset], starts[offset + 1]),
          new int[] {inputs.lengths()[offset]},
          inputs.blobs().stream()
              .filter(blob -> blob.position() == offset)
              .map(blob -> new Values.BlobValue(0, blob.blob()))
              .toList());
    }

    private Ready call(CallDecoder calls, int offset) throws Exception {
      Values.Head head = null;
      for (Values.Head each : inputs.heads()) {
        if (each.position() <= offset) {
          head = each;
        }
      }
      if (head == null) {
        throw UncodableValueException.uncodable("a call without a function", null);
      }
      byte[] function =
          head.blob() == null
              ? head.bytes()
              : java.nio.file.Files.readAllBytes(blobs.resolve(head.blob().id().sha256()));
      try {
        synchronized (calls) {
          CallHead called = calls.head(function);
          Object read =
              one(
                  offset,
                  (bytes, from, length) -> {
                    try {
                      return called.read(bytes, from, length);
                    } catch (UnreadableValueException e) {
                      throw unreadable(e);
                    }
                  });
          return new OfCall(called, read);
        }
      } catch (UnreadableValueException e) {
        throw unreadable(e);
      }
    }

    private UncodableValueException unreadable(UnreadableValueException e) {
      return UncodableValueException.uncodable("the call can't be read: " + e.getMessage(), e);
    }
  }

  private record OfTask(IoTask<@Nullable Object, @Nullable Object> task, @Nullable Object input)
      implements Ready {
    @Override
    @SuppressWarnings("NullAway") // the user's type may take null, which it does not read
    public @Nullable String key() {
      return task.key(input);
    }

    @Override
    public boolean mayBlock() {
      return false;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public Object run(TaskContext context) throws Exception {
      CompletionStage<@Nullable Object> stage = task.start(input, context);
      if (stage == null) {
        throw new NullPointerException("IoTask.start returned null instead of a stage");
      }
      return stage;
    }
  }

  private record OfBlocking(
      IoTask.Blocking<@Nullable Object, @Nullable Object> task, @Nullable Object input)
      implements Ready {
    @Override
    @SuppressWarnings("NullAway") // the user's type may take null, which it does not read
    public @Nullable String key() {
      return task.key(input);
    }

    @Override
    public boolean mayBlock() {
      return true;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public @Nullable Object run(TaskContext context) throws Exception {
      return task.run(input, context);
    }
  }

  private record OfCall(CallHead function, @Nullable Object read) implements Ready {
    @Override
    public @Nullable String key() {
      return null;
    }

    @Override
    public boolean mayBlock() {
      return true;
    }

    @Override
    public @Nullable Object run(TaskContext context) throws Exception {
      return function.run(read);
    }
  }

  /**
   * Writes a result.
   *
   * @throws Exception when it can't be written or is too large, which fails the task
   */
  public Encoded encode(@Nullable Object value, Encoding encoding) throws Exception {
    EncodedValue encoded = new EncodedValue(unfinished, out);
    encoded.reset(spec.policy().resultLimit());
    writer(encoding).write(value, encoded);
    encoded.finish();
    BlobRef blob = encoded.blob();
    return new Encoded(
        blob != null ? new byte[0] : Arrays.copyOf(encoded.bytes(), (int) encoded.size()), blob);
  }

  private ValueWriter writer(Encoding encoding) {
    if (decoder != null) {
      return new CallResults();
    }
    return encoding == Encoding.JAVA ? new JavaValues(loader, null) : new JsonWriter();
  }

  /** What the user is told of what a task threw. */
  public Failure failure(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    Failure failure = decoder != null ? Failures.withException(cause) : Failures.of(cause);
    if (cause instanceof RetryLaterException later) {
      return failure.retryAfter(later.after().toMillis());
    }
    return failure;
  }

  /** About how many bytes it takes in a message. */
  public static int weight(Failure failure) {
    return Failures.weight(failure);
  }

  @Override
  public void close() throws IOException {
    if (own != null) {
      own.close();
    }
  }
}
