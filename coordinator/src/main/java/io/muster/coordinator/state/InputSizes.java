package io.muster.coordinator.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a job's stored inputs take, closely enough to cut messages of 64 KiB: a mark after
 * every 256 inputs or 8 KiB, whichever comes first; between marks all inputs count alike. Grows by
 * {@link #append}; who keeps one keeps a {@link #copy}.
 */
public final class InputSizes {
  private static final int MOST_INPUTS = 256;
  private static final int MOST_BYTES = 8 * 1024;

  /** Mark k: inputs below {@code inputs[k]} take {@code bytes[k]} bytes together. */
  private long[] inputs;

  private long[] bytes;
  private int marks;

  public InputSizes() {
    this(new long[4], new long[4], 0);
  }

  private InputSizes(long[] inputs, long[] bytes, int marks) {
    this.inputs = inputs;
    this.bytes = bytes;
    this.marks = marks;
  }

  /**
   * @param lengths bytes of each input, in order; 0 for one that is a blob
   */
  public static InputSizes of(int... lengths) {
    InputSizes sizes = new InputSizes();
    for (int length : lengths) {
      sizes.add(1, length);
    }
    return sizes;
  }

  /**
   * What {@link #marks()} gave.
   *
   * @param marks number of inputs and their bytes of each stretch, in turns
   */
  public static InputSizes ofMarks(long... marks) {
    if (marks.length % 2 != 0) {
      throw new IllegalArgumentException("marks come in pairs, not " + marks.length);
    }
    InputSizes sizes = new InputSizes();
    for (int k = 0; k < marks.length; k += 2) {
      sizes.mark(marks[k], marks[k + 1]);
    }
    return sizes;
  }

  /** Number of inputs and their bytes of each stretch between marks, in turns. */
  public long[] marks() {
    long[] stretches = new long[2 * marks];
    for (int k = 0; k < marks; k++) {
      stretches[2 * k] = inputs[k] - inputsBefore(k);
      stretches[2 * k + 1] = bytes[k] - bytesBefore(k);
    }
    return stretches;
  }

  public InputSizes copy() {
    return new InputSizes(
        Arrays.copyOf(inputs, Math.max(1, marks)), Arrays.copyOf(bytes, Math.max(1, marks)), marks);
  }

  /** How many inputs there are. */
  public long count() {
    return inputsBefore(marks);
  }

  /** Bytes of all inputs. */
  public long totalBytes() {
    return bytesBefore(marks);
  }

  /** Whether there is something to forget that is worth it. */
  boolean isLong() {
    return marks > 1_000;
  }

  /** Sizes of inputs below this index are not asked for any more. */
  void forget(long below) {
    int over = 0;
    while (over < marks - 1 && inputs[over] <= below) {
      over++;
    }
    if (over > marks / 2) {
      // one long stretch stands for all of them
      inputs[0] = inputs[over - 1];
      bytes[0] = bytes[over - 1];
      System.arraycopy(inputs, over, inputs, 1, marks - over);
      System.arraycopy(bytes, over, bytes, 1, marks - over);
      marks -= over - 1;
    }
  }

  /** The inputs that follow these. */
  public void append(InputSizes more) {
    for (int k = 0; k < more.marks; k++) {
      add(more.inputs[k] - more.inputsBefore(k), more.bytes[k] - more.bytesBefore(k));
    }
  }

  /** About how many bytes the inputs below {@code index} take. */
  public long bytesBelow(long index) {
    int mark = Arrays.binarySearch(inputs, 0, marks, index);
    if (mark >= 0) {
      return bytes[mark];
    }
    mark = -mark - 1;
    if (mark == marks) {
      return totalBytes();
    }
    long before = bytesBefore(mark);
    double share =
        (double) (index - inputsBefore(mark)) / (double) (inputs[mark] - inputsBefore(mark));
    return before + (long) Math.ceil((bytes[mark] - before) * share);
  }

  /**
   * The largest end of an interval that starts at {@code from}, is not beyond {@code until} and
   * takes at most about {@code limit} bytes; at least one input.
   */
  public long fit(long from, long until, long limit) {
    long start = bytesBelow(from);
    long low = from + 1;
    long high = until;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (bytesBelow(middle) - start <= limit) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Widens the last stretch, or begins a new one. */
  private void add(long moreInputs, long moreBytes) {
    if (marks > 0
        && inputs[marks - 1] - inputsBefore(marks - 1) + moreInputs <= MOST_INPUTS
        && bytes[marks - 1] - bytesBefore(marks - 1) + moreBytes <= MOST_BYTES) {
      inputs[marks - 1] += moreInputs;
      bytes[marks - 1] += moreBytes;
    } else {
      mark(moreInputs, moreBytes);
    }
  }

  private void mark(long moreInputs, long moreBytes) {
    if (marks == inputs.length) {
      inputs = Arrays.copyOf(inputs, 2 * marks);
      bytes = Arrays.copyOf(bytes, 2 * marks);
    }
    inputs[marks] = count() + moreInputs;
    bytes[marks] = totalBytes() + moreBytes;
    marks++;
  }

  private long inputsBefore(int mark) {
    return mark == 0 ? 0 : inputs[mark - 1];
  }

  private long bytesBefore(int mark) {
    return mark == 0 ? 0 : bytes[mark - 1];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InputSizes that && Arrays.equals(marks(), that.marks());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(marks());
  }

  @Override
  public String toString() {
    return count() + " inputs of " + totalBytes() + " bytes";
  }
}
