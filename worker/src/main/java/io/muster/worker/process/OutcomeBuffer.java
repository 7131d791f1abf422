package io.muster.worker.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the next tasks of a chunk ended, in the order of their indices, gathered until there is
 * enough for a report. Any thread.
 */
public final class OutcomeBuffer {
  private static final int ENOUGH = 48 * 1024;

  private final AttemptId attempt;
  private final Encoding encoding;
  private long from;
  private long until;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Values.BlobValue> blobs = new ArrayList<>();
  private final List<Integer> failedOffsets = new ArrayList<>();
  private final List<Integer> causes = new ArrayList<>();
  private final List<Integer> tries = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /** Of a stage that flattens: how many values each task gave that succeeded. */
  private final List<Integer> counts = new ArrayList<>();

  private int failureBytes;
  private long elapsedNanos;

  /**
   * @param encoding of the results
   */
  public OutcomeBuffer(AttemptId attempt, long from, Encoding encoding) {
    this.attempt = attempt;
    this.encoding = encoding;
    this.from = from;
    this.until = from;
  }

  public synchronized void succeeded(byte[] result, long nanos) {
    bytes.writeBytes(result);
    lengths.add(result.length);
    next(nanos);
  }

  public synchronized void succeeded(BlobRef result, long nanos) {
    blobs.add(new Values.BlobValue(lengths.size(), result));
    lengths.add(0);
    next(nanos);
  }

  /** A task of a stage that flattens gave these. */
  public synchronized void succeeded(Values outputs, long nanos) {
    for (Values.BlobValue blob : outputs.blobs()) {
      blobs.add(new Values.BlobValue(lengths.size() + blob.position(), blob.blob()));
    }
    bytes.writeBytes(outputs.bytes());
    for (int length : outputs.lengths()) {
      lengths.add(length);
    }
    counts.add(outputs.count());
    next(nanos);
  }

  /** Equal failures share an entry. */
  public synchronized void failed(Failure failure, int tryNumber, long nanos) {
    failedOffsets.add((int) (until - from));
    int known = failures.indexOf(failure);
    if (known < 0) {
      known = failures.size();
      failures.add(failure);
      failureBytes += size(failure);
    }
    causes.add(known);
    tries.add(tryNumber);
    next(nanos);
  }

  public synchronized boolean hasEnough() {
    return bytes.size() + failureBytes >= ENOUGH;
  }

  /** What was gathered, if anything. */
  public synchronized Optional<Outcomes> take() {
    if (from == until) {
      return Optional.empty();
    }
    Outcomes outcomes =
        new Outcomes(
            attempt,
            new Interval(from, until),
            false,
            new Values(encoding, bytes.toByteArray(), ints(lengths), List.copyOf(blobs)),
            ints(failedOffsets),
            ints(causes),
            ints(tries),
            List.copyOf(failures),
            elapsedNanos,
            ints(counts));
    from = until;
    counts.clear();
    bytes.reset();
    lengths.clear();
    blobs.clear();
    failedOffsets.clear();
    causes.clear();
    tries.clear();
    failures.clear();
    failureBytes = 0;
    elapsedNanos = 0;
    return Optional.of(outcomes);
  }

  private static int size(Failure failure) {
    return failure.message().length()
        + failure.stackTrace().length()
        + failure.stderr().length()
        + failure.thrown().length;
  }

  private void next(long nanos) {
    until++;
    elapsedNanos += nanos;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
