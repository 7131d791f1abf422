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
    long elapsedNanos)
    implements ToCoordinator {

  public Outcomes {
    long expected = combined ? 1 : interval.size() - failedOffsets.length;
    if (values.count() != expected
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
        && elapsedNanos == that.elapsedNanos;
  }

  @Override
  public int hashCode() {
    return 31 * attempt.hashCode() + interval.hashCode();
  }
}
