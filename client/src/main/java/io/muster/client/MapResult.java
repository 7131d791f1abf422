package io.muster.client;

import io.muster.calls.UnreadableValueException;
import io.muster.client.session.Answer;
import io.muster.client.session.CallFailure;
import io.muster.client.session.CallSink;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What will come of many calls of one function: one array for all. As with Python's, all calls are
 * waited for even if one fails; then the failure of the first input that failed is told.
 */
final class MapResult<R extends @Nullable Object> extends AsyncResult<List<R>> implements Answer {
  private final Receiver receiver;
  private final @Nullable Object[] results;
  private final AtomicInteger left;
  private final ConcurrentLinkedQueue<CallSink.Sent> sent = new ConcurrentLinkedQueue<>();
  private final Completion<List<R>> completion;

  // of whose turn it is with answers
  private int failedAt = Integer.MAX_VALUE;
  private @Nullable CallFailure failure;
  private @Nullable Throwable broken;
  private boolean anyDropped;

  MapResult(
      Receiver receiver,
      int size,
      @Nullable Consumer<? super List<R>> callback,
      @Nullable Consumer<? super Throwable> errorCallback) {
    this.receiver = receiver;
    completion = new Completion<>(receiver.callbacks, callback, errorCallback);
    results = new Object[size];
    left = new AtomicInteger(size);
    if (size == 0) {
      settle();
    }
  }

  void sentWith(CallSink.Sent batch) {
    sent.add(batch);
    if (isCancelled()) {
      stop(true); // while the rest was still handed over
    }
  }

  /** Not all could be handed over; nobody sees this result, and what went is not wanted. */
  void giveUp() {
    boolean unused = markCancelled();
    stopCalls(true);
  }

  @Override
  public void succeeded(int position, byte[] bytes, int offset, int length) {
    try {
      results[position] = receiver.value(bytes, offset, length);
    } catch (UnreadableValueException e) {
      brokenAt(position, null, Receiver.unreadable(e));
    }
    oneLess();
  }

  @Override
  public void failed(int position, CallFailure why) {
    brokenAt(position, why, null);
    oneLess();
  }

  private void brokenAt(int position, @Nullable CallFailure why, @Nullable Throwable cause) {
    if (position < failedAt) {
      failedAt = position;
      failure = why;
      broken = cause;
    }
  }

  @Override
  public void dropped(int position, @Nullable Throwable why) {
    if (why == null) {
      anyDropped = true;
    } else {
      brokenAt(position, null, why);
    }
    oneLess();
  }

  private void oneLess() {
    if (left.decrementAndGet() == 0) {
      settle();
    }
  }

  @SuppressWarnings("unchecked") // what the function returned
  private void settle() {
    sent.clear();
    boolean first;
    if (failure != null) {
      first = fail(receiver.exception(failure));
    } else if (broken != null) {
      first = fail(broken);
    } else if (anyDropped) {
      first = markCancelled();
    } else {
      first = complete(Collections.unmodifiableList((List<R>) Arrays.asList(results)));
    }
    if (first) {
      completion.of(this);
    }
  }

  @Override
  void stop(boolean evenIfRunning) {
    stopCalls(evenIfRunning);
    completion.of(this);
  }

  private void stopCalls(boolean evenIfRunning) {
    for (CallSink.Sent batch = sent.poll(); batch != null; batch = sent.poll()) {
      batch.cancelAll(this, evenIfRunning);
    }
  }
}
