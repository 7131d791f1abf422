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
    public Range {
      if (until < from || piece < 1) {
        throw new IllegalArgumentException("not a range: " + from + ".." + until + " by " + piece);
      }
    }

    public long tasks() {
      return (until - from + piece - 1) / piece;
    }
  }

  /** Stored values, all there at submission. */
  record Listed(long count) implements Inputs {}

  /** Stored values that are appended until the inputs are closed. */
  record Open() implements Inputs {}

  /** Stored values that the program's own {@code split} produces. */
  record Split() implements Inputs {}
}
