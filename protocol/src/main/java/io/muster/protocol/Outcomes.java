package io.muster.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * How the next tasks of a chunk ended, in index order without gaps: {@code interval.from()} is
 * where the attempt's previous report stopped. The values are those of the tasks that succeeded, in
 * order; task {@code interval.from() + failedOffsets[k]} failed because of {@code
 * failures.get(causes[k])}. Equal causes may share an entry.
 *
 * @param combined the interval has one value: its tasks' results, combined by a range task
 * @param failedOffsets ascending
 * @param tries for each failed task, which try it was (from 1)
 * @param elapsedNanos how long these tasks ran, in nanoseconds: what chunks are sized by
 * @param counts of a stage that flattens: how many of the values are each succeeded task's, in
 *     order; empty: one each
 */
public record Outcomes(
    AttemptId attempt,
    Interval interval,
    boolean combined,
    Values values,
    int[] failedOffsets,
    int[] causes,
    int[] tries,
    List<Failure> failures,
    long elapsedNanos,
    int[] counts)
    implements ToCoordinator {
  /** One value for each task that succeeded. */
  public static final int[] ONE_EACH = {};

  /** So many values may one task of a stage that flattens give: they are told together. */
  public static final int MOST_OUTPUTS = 100_000;

  /** So many bytes of them may travel inside a message; larger ones go beside it. */
  public static final int MOST_OUTPUT_BYTES = 4 << 20;

  /** What is said of a task that gave more. */
  public static final String TOO_MANY_OUTPUTS =
      "gave more than "
          + MOST_OUTPUTS
          + " outputs, or more than "
          + (MOST_OUTPUT_BYTES >> 20)
          + " MiB of small ones: a stage that flattens takes no more from one task";

  public Outcomes {
    long succeeded = combined ? 1 : interval.size() - failedOffsets.length;
    long expected = counts.length == 0 ? succeeded : sum(counts);
    if (values.count() != expected
        || (counts.length > 0 && counts.length != succeeded)
        || causes.length != failedOffsets.length
        || tries.length != failedOffsets.length) {
      throw new IllegalArgumentException(
          attempt
              + " reports "
              + values.count()
              + " values and "
              + failedOffsets.length
              + " failures for "
              + interval);
    }
  }

  /** Of tasks that give one value each. */
  public Outcomes(
      AttemptId attempt,
      Interval interval,
      boolean combined,
      Values values,
      int[] failedOffsets,
      int[] causes,
      int[] tries,
      List<Failure> failures,
      long elapsedNanos) {
    this(
        attempt,
        interval,
        combined,
        values,
        failedOffsets,
        causes,
        tries,
        failures,
        elapsedNanos,
        ONE_EACH);
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outcomes that
        && attempt.equals(that.attempt)
        && interval.equals(that.interval)
        && combined == that.combined
        && values.equals(that.values)
        && Arrays.equals(failedOffsets, that.failedOffsets)
        && Arrays.equals(causes, that.causes)
        && Arrays.equals(tries, that.tries)
        && failures.equals(that.failures)
        && elapsedNanos == that.elapsedNanos
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * attempt.hashCode() + interval.hashCode();
  }
}
