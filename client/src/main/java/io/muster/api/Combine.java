package io.muster.api;

import org.jspecify.annotations.Nullable;

/**
 * Makes one result of the results of two neighbouring pieces of a {@link RangeTask}.
 *
 * @param <O> the result of a piece, and of pieces combined
 */
public interface Combine<O extends @Nullable Object> {
  /**
   * Combines two results. How a range is cut into pieces is not known in advance, so this must be
   * associative: {@code combine(combine(a, b), c)} means the same as {@code combine(a, combine(b,
   * c))}. It need not be commutative.
   *
   * @param left the result of the piece, or pieces, just before those of {@code right}; may be
   *     changed and returned
   * @param right may be changed and returned as well
   * @return the result of both
   * @throws Exception and the pieces combined fail, or are tried again
   */
  O combine(O left, O right) throws Exception;
}
