package io.muster.client;

import io.muster.api.RemoteFunction;
import io.muster.api.RemoteTriFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of three arguments as a function of one row; runs in task processes. */
record StarCall<
        T extends @Nullable Object,
        U extends @Nullable Object,
        V extends @Nullable Object,
        R extends @Nullable Object>(
    RemoteTriFunction<T, U, V, R> function) implements RemoteFunction<Object[], R> {

  /** The row that {@link #apply} takes apart. */
  static Object[] row(List<?> arguments) {
    if (arguments.size() != 3) {
      throw new IllegalArgumentException(
          "a function of three arguments can't be called with " + arguments.size());
    }
    return arguments.toArray();
  }

  @Override
  @SuppressWarnings("unchecked") // rows are what the caller gave, as in Python
  public R apply(Object[] row) throws Exception {
    return function.apply((T) row[0], (U) row[1], (V) row[2]);
  }
}
