package io.muster.harness;

import io.muster.api.IoTask;
import io.muster.calls.CallDecoder;
import io.muster.calls.CallHead;
import io.muster.calls.UnreadableValueException;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.Values.Head;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of one chunk of I/O tasks, in any order, on any thread, many at once. */
public abstract sealed class IoInputs {
  private final Interval interval;
  private final Values values;
  private final Path blobs;
  private final int[] starts;
  private final Map<Integer, BlobRef> large = new HashMap<>();

  /**
   * @param blobs folder with values that were too large for a message
   */
  private IoInputs(Interval interval, Values values, Path blobs) {
    this.interval = interval;
    this.values = values;
    this.blobs = blobs;
    starts = new int[values.count() + 1];
    for (int k = 0; k < values.count(); k++) {
      starts[k + 1] = starts[k] + values.lengths()[k];
    }
    values.blobs().forEach(blob -> large.put(blob.position(), blob.blob()));
  }

  /**
   * Reads a task's input.
   *
   * @param index in the job
   * @throws Exception when it can't be, which fails the task
   */
  public final ReadyTask ready(long index) throws Exception {
    return readyAt((int) (index - interval.from()));
  }

  abstract ReadyTask readyAt(int offset) throws Exception;

  /** What the results of these tasks are written in. */
  public abstract Encoding resultsAre();

  final Encoding inputsAre() {
    return values.encoding();
  }

  final Interval interval() {
    return interval;
  }

  final @Nullable Object read(int offset, ValueReader reader)
      throws UncodableValueException, IOException {
    BlobRef blob = large.get(offset);
    if (blob == null) {
      return reader.read(values.bytes(), starts[offset], starts[offset + 1] - starts[offset]);
    }
    byte[] bytes = bytes(blob);
    return reader.read(bytes, 0, bytes.length);
  }

  final byte[] bytes(BlobRef blob) throws IOException {
    return Files.readAllBytes(blobs.resolve(blob.id().sha256()));
  }

  /** Of a program that is a class. */
  static final class OfClass extends IoInputs {
    private final Object object;
    private final JobSpec spec;
    private final Type wanted;
    private final ValueReader reader;

    OfClass(
        Interval interval,
        Values values,
        Path blobs,
        JobSpec spec,
        IoProgram.TaskObject task,
        ClassLoader loader) {
      super(interval, values, blobs);
      this.object = task.object();
      this.spec = spec;
      this.wanted = task.type().input();
      this.reader = LoadedProgram.reader(values.encoding(), wanted, loader);
    }

    @Override
    @SuppressWarnings("unchecked") // inputs are read as the type it takes
    ReadyTask readyAt(int offset) throws Exception {
      Object input = input(offset);
      return object instanceof IoTask
          ? new ReadyTask.Starting((IoTask<@Nullable Object, @Nullable Object>) object, input)
          : new ReadyTask.Blocking(
              (IoTask.Blocking<@Nullable Object, @Nullable Object>) object, input);
    }

    @Override
    public Encoding resultsAre() {
      return LoadedProgram.resultsFor(inputsAre());
    }

    private @Nullable Object input(int offset) throws Exception {
      if (spec.inputs() instanceof Inputs.None) {
        return null;
      }
      if (spec.inputs() instanceof Inputs.Range range) {
        return NumberInput.as(wanted).of(range.from() + interval().from() + offset);
      }
      return read(offset, reader);
    }
  }

  /** Of calls: a function holds for the tasks behind its head. */
  static final class OfCalls extends IoInputs {
    private final List<Head> heads;
    private final CallDecoder decoder;
    private final @Nullable CallHead[] functions;

    OfCalls(Interval interval, Values values, Path blobs, CallDecoder decoder) {
      super(interval, values, blobs);
      this.heads = values.heads();
      this.decoder = decoder;
      this.functions = new @Nullable CallHead[heads.size()];
    }

    @Override
    ReadyTask readyAt(int offset) throws Exception {
      CallHead function = function(headAt(offset));
      return new ReadyTask.Call(
          function,
          read(
              offset,
              (bytes, from, length) -> {
                try {
                  return function.read(bytes, from, length);
                } catch (UnreadableValueException e) {
                  throw unreadable(e);
                }
              }));
    }

    @Override
    public Encoding resultsAre() {
      return Encoding.JAVA;
    }

    /** The last head that is not behind this task. */
    private int headAt(int offset) throws UncodableValueException {
      int low = -1;
      int high = heads.size();
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (heads.get(middle).position() <= offset) {
          low = middle;
        } else {
          high = middle;
        }
      }
      if (low < 0) {
        throw UncodableValueException.uncodable("a call without a function", null);
      }
      return low;
    }

    /** All chunks share the decoder, which is for one thread. */
    private CallHead function(int k) throws UncodableValueException, IOException {
      Head head = heads.get(k);
      synchronized (decoder) {
        CallHead known = functions[k];
        if (known != null) {
          return known;
        }
        try {
          CallHead read = decoder.head(head.blob() == null ? head.bytes() : bytes(head.blob()));
          functions[k] = read;
          return read;
        } catch (UnreadableValueException e) {
          throw unreadable(e);
        }
      }
    }

    private static UncodableValueException unreadable(UnreadableValueException e) {
      return UncodableValueException.uncodable("the call can't be read: " + e.getMessage(), e);
    }
  }
}
