package io.muster.protocol;

/** Where a job's tasks come from. */
public sealed interface Inputs {
  /** One task without an input. */
  record None() implements Inputs {}

  /**
   * The integers {@code from} to {@code until} (not included), possibly none.
   *
   * @param piece how many of them are one task: 1, or {@code --chunk} for a range task that does
   *     not combine
   */
  record Range(long from, long until, long piece) implements Inputs {
    /** How many integers a range has at most: sums of indices still fit 64 bits. */
    public static final long MOST = 1L << 62;

    /** Whether there are more than {@link #MOST} between the two. */
    public static boolean isTooLarge(long from, long until) {
      return until > from && (until - from < 0 || until - from > MOST);
    }

    public Range {
      if (until < from || piece < 1 || isTooLarge(from, until)) {
        throw new IllegalArgumentException("not a range: " + from + ".." + until + " by " + piece);
      }
    }

    public long tasks() {
      long integers = until - from;
      return integers / piece + (integers % piece == 0 ? 0 : 1);
    }
  }

  /** Stored values, all there at submission. */
  record Listed(long count) implements Inputs {}

  /** Stored values that are appended until the inputs are closed. */
  record Open() implements Inputs {}

  /** Stored values that the program's own {@code split} produces. */
  record Split() implements Inputs {}
}
