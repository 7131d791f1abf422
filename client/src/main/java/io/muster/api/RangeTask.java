package io.muster.api;

import org.jspecify.annotations.Nullable;

/**
 * One call for a piece of a range of integers ({@code --range A..B}).
 *
 * <p>If the class also implements {@link Combine}, pieces are of any size, chosen while the job
 * runs so that processes stay busy, and the pieces' results are combined, in the order of the
 * range, into the one result of the job. Without it {@code --chunk N} says how long each piece is;
 * every piece is then a task with a result of its own.
 *
 * <p>What {@link Task} says of the class, its objects and of running again, holds here too.
 *
 * @param <O> the result of a piece
 */
public interface RangeTask<O extends @Nullable Object> {
  /**
   * Runs one piece.
   *
   * @param from the piece's first integer
   * @param until the integer after its last; greater than {@code from}
   * @param context what else there is to know about the task; valid until this call returns
   * @return the piece's result, or null
   * @throws Exception and the piece has failed, or is tried again
   */
  O run(long from, long until, TaskContext context) throws Exception;
}
