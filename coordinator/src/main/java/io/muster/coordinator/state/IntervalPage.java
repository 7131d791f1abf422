package io.muster.coordinator.state;

import java.util.Arrays;

/**
 * A part of an {@link IntervalSet}: 65,536 neighbouring indices, some of them members. A sorted
 * list of runs while there are few, a bitmap from then on, as in Roaring bitmaps (Lemire et al.,
 * "Roaring Bitmaps: Implementation of an Optimized Software Library", 2018).
 */
final class IntervalPage {
  static final int SIZE = 1 << 16;
  private static final int WORDS = SIZE / 64;

  /** As many runs take half the bytes of the bitmap. */
  private static final int MOST_RUNS = 1024;

  /** First and last member of each run, or null when {@code words} is used. */
  private char[] bounds;

  private int runs;
  private long[] words;
  private int size;

  IntervalPage() {
    bounds = new char[4];
    words = NO_WORDS;
  }

  private IntervalPage(char[] bounds, int runs, long[] words, int size) {
    this.bounds = bounds;
    this.runs = runs;
    this.words = words;
    this.size = size;
  }

  private static final char[] NO_BOUNDS = {};
  private static final long[] NO_WORDS = {};

  static IntervalPage ofWords(long[] words) {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return new IntervalPage(NO_BOUNDS, 0, Arrays.copyOf(words, WORDS), size);
  }

  IntervalPage copy() {
    return new IntervalPage(bounds.clone(), runs, words.clone(), size);
  }

  int size() {
    return size;
  }

  boolean isDense() {
    return words.length > 0;
  }

  /** The bitmap itself, not a copy; only of a dense page. */
  long[] words() {
    return words;
  }

  boolean contains(int index) {
    if (isDense()) {
      return (words[index >>> 6] & (1L << index)) != 0;
    }
    int run = runEndingAtOrAfter(index);
    return run < runs && first(run) <= index;
  }

  /** The first member at or after {@code index}, or {@link #SIZE}. */
  int nextMember(int index) {
    if (!isDense()) {
      int run = runEndingAtOrAfter(index);
      return run == runs ? SIZE : Math.max(index, first(run));
    }
    int w = index >>> 6;
    if (w >= WORDS) {
      return SIZE;
    }
    long word = words[w] & (-1L << index);
    while (word == 0) {
      if (++w == WORDS) {
        return SIZE;
      }
      word = words[w];
    }
    return (w << 6) + Long.numberOfTrailingZeros(word);
  }

  /** The first index at or after {@code index} that is no member, or {@link #SIZE}. */
  int nextGap(int index) {
    if (!isDense()) {
      int run = runEndingAtOrAfter(index);
      return run < runs && first(run) <= index ? last(run) + 1 : index;
    }
    int w = index >>> 6;
    if (w >= WORDS) {
      return SIZE;
    }
    long word = ~words[w] & (-1L << index);
    while (word == 0) {
      if (++w == WORDS) {
        return SIZE;
      }
      word = ~words[w];
    }
    return (w << 6) + Long.numberOfTrailingZeros(word);
  }

  /** How many members there are in {@code [from, until)}. */
  int count(int from, int until) {
    int count = 0;
    for (int at = nextMember(from); at < until; ) {
      int end = Math.min(nextGap(at), until);
      count += end - at;
      at = nextMember(end);
    }
    return count;
  }

  void add(int from, int until) {
    if (isDense()) {
      size += until - from - countBits(from, until);
      setBits(from, until);
    } else {
      addRun(from, until - 1);
      if (runs > MOST_RUNS) {
        becomeDense();
      }
    }
  }

  void remove(int from, int until) {
    if (isDense()) {
      size -= countBits(from, until);
      clearBits(from, until);
    } else {
      removeRun(from, until - 1);
      if (runs > MOST_RUNS) {
        becomeDense();
      }
    }
  }

  private int first(int run) {
    return bounds[2 * run];
  }

  private int last(int run) {
    return bounds[2 * run + 1];
  }

  /** The first run whose last member is at or after {@code index}, or {@code runs}. */
  private int runEndingAtOrAfter(int index) {
    int low = 0;
    int high = runs;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (last(middle) < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void addRun(int from, int last) {
    int begin = runEndingAtOrAfter(from - 1);
    int end = begin;
    int newFrom = from;
    int newLast = last;
    while (end < runs && first(end) <= last + 1) {
      newFrom = Math.min(newFrom, first(end));
      newLast = Math.max(newLast, last(end));
      size -= last(end) - first(end) + 1;
      end++;
    }
    replace(begin, end, 1);
    set(begin, newFrom, newLast);
    size += newLast - newFrom + 1;
  }

  private void removeRun(int from, int last) {
    int begin = runEndingAtOrAfter(from);
    int end = begin;
    while (end < runs && first(end) <= last) {
      size -= last(end) - first(end) + 1;
      end++;
    }
    if (begin == end) {
      return;
    }
    int leftFrom = first(begin);
    int rightLast = last(end - 1);
    boolean left = leftFrom < from;
    boolean right = rightLast > last;
    replace(begin, end, (left ? 1 : 0) + (right ? 1 : 0));
    if (left) {
      set(begin, leftFrom, from - 1);
      size += from - leftFrom;
    }
    if (right) {
      set(left ? begin + 1 : begin, last + 1, rightLast);
      size += rightLast - last;
    }
  }

  /** Makes room for {@code count} runs where {@code [begin, end)} were. */
  private void replace(int begin, int end, int count) {
    int newRuns = runs - (end - begin) + count;
    char[] target =
        2 * newRuns <= bounds.length
            ? bounds
            : Arrays.copyOf(bounds, Math.max(2 * newRuns, bounds.length + (bounds.length >> 1)));
    System.arraycopy(bounds, 2 * end, target, 2 * (begin + count), 2 * (runs - end));
    bounds = target;
    runs = newRuns;
  }

  private void set(int run, int first, int last) {
    bounds[2 * run] = (char) first;
    bounds[2 * run + 1] = (char) last;
  }

  private void becomeDense() {
    words = new long[WORDS];
    for (int run = 0; run < runs; run++) {
      setBits(first(run), last(run) + 1);
    }
    bounds = NO_BOUNDS;
    runs = 0;
  }

  private static long mask(int word, int from, int until) {
    long mask = -1L;
    if (word == from >>> 6) {
      mask &= -1L << from;
    }
    if (word == (until - 1) >>> 6) {
      mask &= -1L >>> -until;
    }
    return mask;
  }

  private void setBits(int from, int until) {
    for (int w = from >>> 6; w <= (until - 1) >>> 6; w++) {
      words[w] |= mask(w, from, until);
    }
  }

  private void clearBits(int from, int until) {
    for (int w = from >>> 6; w <= (until - 1) >>> 6; w++) {
      words[w] &= ~mask(w, from, until);
    }
  }

  private int countBits(int from, int until) {
    int count = 0;
    for (int w = from >>> 6; w <= (until - 1) >>> 6; w++) {
      count += Long.bitCount(words[w] & mask(w, from, until));
    }
    return count;
  }
}
