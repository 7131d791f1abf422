package io.muster.coordinator.store;

import java.util.Arrays;

/**
 * Where in a file which indices are: for some neighbouring blocks together, where they start and
 * the least and greatest index in them. However long the file, there are at most {@value #MOST} of
 * them: when there are more, two neighbours become one. Not thread-safe.
 */
final class Extents {
  static final int MOST = 4096;

  private long[] offsets;
  private long[] froms;
  private long[] untils;
  private int size;
  private long end;
  private int blocksEach = 1;
  private int blocksInLast;

  Extents() {
    this(new long[8], new long[8], new long[8], 0, 0);
  }

  private Extents(long[] offsets, long[] froms, long[] untils, int size, long end) {
    this.offsets = offsets;
    this.froms = froms;
    this.untils = untils;
    this.size = size;
    this.end = end;
  }

  /** What is there now, for somebody who reads while more is appended. */
  Extents copy() {
    return new Extents(
        Arrays.copyOf(offsets, size),
        Arrays.copyOf(froms, size),
        Arrays.copyOf(untils, size),
        size,
        end);
  }

  int size() {
    return size;
  }

  /** Where the file's last block ends. */
  long end() {
    return end;
  }

  long offset(int extent) {
    return offsets[extent];
  }

  long endOf(int extent) {
    return extent + 1 < size ? offsets[extent + 1] : end;
  }

  long from(int extent) {
    return froms[extent];
  }

  long until(int extent) {
    return untils[extent];
  }

  /** The file's next block. */
  void add(Block block) {
    if (size > 0 && blocksInLast < blocksEach) {
      froms[size - 1] = Math.min(froms[size - 1], block.from());
      untils[size - 1] = Math.max(untils[size - 1], block.until());
      blocksInLast++;
    } else {
      if (size == MOST) {
        halve();
      }
      if (size == offsets.length) {
        offsets = Arrays.copyOf(offsets, size * 2);
        froms = Arrays.copyOf(froms, size * 2);
        untils = Arrays.copyOf(untils, size * 2);
      }
      offsets[size] = end;
      froms[size] = block.from();
      untils[size] = block.until();
      size++;
      blocksInLast = 1;
    }
    end += block.size();
  }

  private void halve() {
    size /= 2;
    for (int i = 0; i < size; i++) {
      offsets[i] = offsets[2 * i];
      froms[i] = Math.min(froms[2 * i], froms[2 * i + 1]);
      untils[i] = Math.max(untils[2 * i], untils[2 * i + 1]);
    }
    blocksEach *= 2;
  }

  /** Of extents in index order without overlaps: the last that starts at the index or below. */
  int holding(long index) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (froms[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The first place from there on where the index may be, or the end. */
  long seek(long position, long index) {
    for (int i = at(position); i < size; i++) {
      if (froms[i] <= index && index < untils[i]) {
        return Math.max(position, offsets[i]);
      }
    }
    return Math.max(position, end);
  }

  private int at(long position) {
    int found = Arrays.binarySearch(offsets, 0, size, position);
    return found >= 0 ? found : Math.max(0, -found - 2);
  }
}
