package io.muster.examples;

import io.muster.api.Job;
import io.muster.api.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * In how many ways n queens can stand on a board of n × n so that none attacks another. Each task
 * is one placement of the first two rows.
 *
 * <p>Arguments: {@code n} (12), at most 31.
 */
public final class NQueens implements Job<int[], Long, Long> {
  /** All placements of the first two rows that can still be completed, as pairs of columns. */
  @Override
  public Stream<int[]> split(TaskContext context) {
    int n = size(context);
    List<int[]> placements = new ArrayList<>();
    for (int first = 0; first < n; first++) {
      for (int second = 0; second < n; second++) {
        if (n == 1) {
          placements.add(new int[] {first});
        } else if (Math.abs(first - second) > 1) {
          placements.add(new int[] {first, second});
        }
      }
    }
    return placements.stream();
  }

  @Override
  public Long run(int[] columns, TaskContext context) {
    int n = size(context);
    int taken = 0;
    int leftDiagonals = 0;
    int rightDiagonals = 0;
    for (int column : columns) {
      int queen = 1 << column;
      taken |= queen;
      leftDiagonals = (leftDiagonals | queen) << 1;
      rightDiagonals = (rightDiagonals | queen) >>> 1;
    }
    return place((1 << n) - 1, taken, leftDiagonals, rightDiagonals);
  }

  @Override
  public Long reduce(Stream<Long> counts, TaskContext context) {
    return counts.mapToLong(Long::longValue).sum();
  }

  /** Counts what can follow; a bit a column, shifted by one with each row for the diagonals. */
  private static long place(int board, int taken, int left, int right) {
    if (taken == board) {
      return 1;
    }
    long ways = 0;
    int free = board & ~(taken | left | right);
    while (free != 0) {
      int queen = free & -free;
      free ^= queen;
      ways += place(board, taken | queen, (left | queen) << 1, (right | queen) >>> 1);
    }
    return ways;
  }

  private static int size(TaskContext context) {
    int n = Integer.parseInt(context.args().getOrDefault("n", "12"));
    if (n < 1 || n > 31) {
      throw new IllegalArgumentException("n is between 1 and 31, not " + n);
    }
    return n;
  }
}
