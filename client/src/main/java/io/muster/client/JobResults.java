package io.muster.client;

import io.muster.client.session.CallSink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Results as they come, of calls that have an open job to themselves, which ends with them. */
final class JobResults<R extends @Nullable Object> implements ResultIterator<R> {
  private final ResultIterator<R> results;
  private final CallSink sink;
  private final Deadline deadline;

  JobResults(ResultIterator<R> results, CallSink sink, Deadline deadline) {
    this.results = results;
    this.sink = sink;
    this.deadline = deadline;
  }

  @Override
  public boolean hasNext() {
    return results.hasNext();
  }

  @Override
  public R next(Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    long left = deadline.left();
    try {
      return results.next(left < timeout.toNanos() ? Duration.ofNanos(left) : timeout);
    } catch (TimeoutException e) {
      if (deadline.left() > 0) {
        throw e;
      }
      close();
      throw deadline.passed();
    }
  }

  @Override
  public void close() {
    sink.cancel(); // one message for all that is under way
    results.close();
  }
}
