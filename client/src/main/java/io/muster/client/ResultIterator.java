package io.muster.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Results as they come: Python's iterator of {@code imap}. It reads its source only so far ahead
 * that a bounded number of calls is under way, on the thread that asks for results; so the source
 * may be endless. For one thread. Whoever leaves before the end closes it, or the pool.
 *
 * @param <R> the result
 */
public interface ResultIterator<R extends @Nullable Object>
    extends Iterator<R>, Iterable<R>, AutoCloseable {
  @Override
  boolean hasNext();

  /**
   * Waits for the next result.
   *
   * @throws CompletionException when that call failed, with what {@link ExecutionException} has as
   *     its cause; the results behind it can be asked for nevertheless. The same, with an {@link
   *     InterruptedException} as cause, when this thread was interrupted
   * @throws java.util.NoSuchElementException when there are no more
   */
  @Override
  default R next() {
    try {
      return next(Duration.ofNanos(Long.MAX_VALUE / 2));
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("146 years are over", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  /**
   * Waits for the next result, but no longer than this: Python's {@code next(timeout)}.
   *
   * @throws TimeoutException when it is not there yet; it can be asked for again
   */
  R next(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException;

  /** This, so that it can stand in a {@code for}. */
  @Override
  default Iterator<R> iterator() {
    return this;
  }

  /** Reads no more of the source and cancels what is under way. */
  @Override
  void close();
}
