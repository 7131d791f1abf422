package io.muster.client;

import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What came of one task that was gathered with others: a result or an exception.
 *
 * @param value what the function returned; null if it failed, too
 * @param failure null if it did not; else what {@link ExecutionException} has as its cause
 * @param <T> the result
 */
public record Outcome<T extends @Nullable Object>(@Nullable T value, @Nullable Throwable failure) {

  /** Whether the task returned rather than failed. */
  public boolean succeeded() {
    return failure == null;
  }

  /**
   * The result.
   *
   * @throws ExecutionException when the task failed
   */
  @SuppressWarnings("NullAway") // without a failure the value is what the function returned
  public T get() throws ExecutionException {
    if (failure != null) {
      throw new ExecutionException(failure);
    }
    return value;
  }
}
