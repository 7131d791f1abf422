package io.muster.harness;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the outcomes of a chunk's tasks into reports. The thread that runs the tasks adds to it;
 * the outbox takes from it.
 */
final class Reports implements Outbox.Gathering {
  /** So many failures of a job are told whole, each with its own message. */
  private static final int WHOLE_FAILURES = 1000;

  private final Outbox outbox;
  private final ValueBuffer values = new ValueBuffer();
  private final List<Failure> failures = new ArrayList<>();
  private final Map<Failures.Cause, Integer> shared = new HashMap<>();
  private boolean withExceptions;
  private int wholeLeft = WHOLE_FAILURES;
  private int failuresWeight;
  private int[] failedOffsets = new int[16];
  private int[] causes = new int[16];
  private int[] tries = new int[16];
  private int failed;

  /** Of a stage that flattens, how many values each task gave that succeeded. */
  private int[] counts = new int[16];

  private int counted;

  private @Nullable AttemptId attempt;
  private Encoding encoding = Encoding.JSON;
  private long from;
  private long next;
  private long until;
  private long startedAt;
  private long endedAt;

  Reports(Outbox outbox) {
    this.outbox = outbox;
    outbox.add(this);
  }

  /** Every failure is told whole from now on, with the exception itself. */
  void tellExceptions() {
    synchronized (outbox) {
      withExceptions = true;
    }
  }

  /** What is said of a job's failures begins anew with the next job. */
  void jobOver() {
    synchronized (outbox) {
      withExceptions = false;
      wholeLeft = WHOLE_FAILURES;
    }
  }

  /** Begins a chunk. */
  void begin(AttemptId newAttempt, Interval interval, Encoding newEncoding) {
    synchronized (outbox) {
      attempt = newAttempt;
      encoding = newEncoding;
      from = interval.from();
      next = from;
      until = interval.until();
      startedAt = System.nanoTime();
      endedAt = startedAt;
    }
  }

  /** The next task has succeeded with this value. */
  void succeeded(EncodedValue value) {
    synchronized (outbox) {
      if (values.isFullFor(value)) {
        post();
      }
      values.append(value);
      ended(next + 1);
    }
  }

  /** The next task of a stage that flattens has succeeded with these values. */
  void succeeded(Values outputs) {
    synchronized (outbox) {
      int weight = values.weight() + outputs.bytes().length + 2 * outputs.count();
      if (next > from && weight > EncodedValue.INLINE) {
        post();
      }
      values.append(outputs);
      if (counted == counts.length) {
        counts = Arrays.copyOf(counts, 2 * counted);
      }
      counts[counted++] = outputs.count();
      ended(next + 1);
    }
  }

  /** The next task has failed. */
  void failed(Throwable thrown, int tryNumber) {
    synchronized (outbox) {
      if (failuresWeight + values.weight() > EncodedValue.INLINE) {
        post();
      }
      if (failed == failedOffsets.length) {
        failedOffsets = Arrays.copyOf(failedOffsets, 2 * failed);
        causes = Arrays.copyOf(causes, 2 * failed);
        tries = Arrays.copyOf(tries, 2 * failed);
      }
      failedOffsets[failed] = (int) (next - from);
      causes[failed] = causeOf(thrown);
      tries[failed] = tryNumber;
      failed++;
      failuresWeight += 6;
      ended(next + 1);
    }
  }

  /** The next tasks, up to an index of the job, have one combined value. */
  void combined(long newFrom, EncodedValue value) {
    synchronized (outbox) {
      if (attempt == null) {
        throw new IllegalStateException("no chunk has begun");
      }
      post();
      values.append(value);
      Interval interval = new Interval(from, newFrom);
      Outcomes outcomes =
          new Outcomes(
              attempt,
              interval,
              true,
              values.take(encoding),
              new int[0],
              new int[0],
              new int[0],
              List.of(),
              nanosUntilNow());
      from = newFrom;
      next = newFrom;
      outbox.post(new FromProcess.Reported(outcomes), outcomes.values().bytes().length);
    }
  }

  /** The chunk has ended before this index: sends what is left of its reports. */
  void end(AttemptId ended, long end) {
    synchronized (outbox) {
      post();
      attempt = null;
    }
    outbox.postNow(new FromProcess.ChunkEnded(ended, end));
  }

  @Override
  public @Nullable FromProcess take() {
    if (next == from || attempt == null) {
      return null;
    }
    Outcomes outcomes =
        new Outcomes(
            attempt,
            new Interval(from, next),
            false,
            values.take(encoding),
            Arrays.copyOf(failedOffsets, failed),
            Arrays.copyOf(causes, failed),
            Arrays.copyOf(tries, failed),
            List.copyOf(failures),
            endedAt - startedAt,
            Arrays.copyOf(counts, counted));
    from = next;
    counted = 0;
    startedAt = endedAt;
    failed = 0;
    failures.clear();
    shared.clear();
    failuresWeight = 0;
    return new FromProcess.Reported(outcomes);
  }

  private void post() {
    int weight = values.weight() + failuresWeight;
    FromProcess message = take();
    if (message != null) {
      outbox.post(message, weight);
      // Waiting for room is nothing that the tasks did.
      startedAt = System.nanoTime();
      endedAt = startedAt;
    }
  }

  private void ended(long newNext) {
    if (next == from && newNext < until) {
      outbox.gathered(); // the end of a chunk is said at once
    }
    next = newNext;
    endedAt = System.nanoTime();
  }

  private long nanosUntilNow() {
    long now = System.nanoTime();
    long nanos = now - startedAt;
    startedAt = now;
    endedAt = now;
    return nanos;
  }

  private int causeOf(Throwable thrown) {
    if (withExceptions) {
      return add(thrown);
    }
    if (wholeLeft > 0) {
      wholeLeft--;
      return add(thrown);
    }
    return shared.computeIfAbsent(
        Failures.Cause.of(Failures.kindOf(thrown), thrown), cause -> add(thrown));
  }

  private int add(Throwable thrown) {
    Failure failure = withExceptions ? Failures.withException(thrown) : Failures.of(thrown);
    failures.add(failure);
    failuresWeight += Failures.weight(failure);
    return failures.size() - 1;
  }
}
