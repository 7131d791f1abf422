package io.muster.client;

import io.muster.calls.UnreadableValueException;
import io.muster.client.session.Answer;
import io.muster.client.session.CallFailure;
import io.muster.client.session.CallSink;
import org.jspecify.annotations.Nullable;

/** What will come of one call. */
class CallResult<T extends @Nullable Object> extends AsyncResult<T> implements Answer {
  private final Receiver receiver;
  private volatile CallSink.@Nullable Sent sent;

  CallResult(Receiver receiver) {
    this.receiver = receiver;
  }

  final void sentWith(CallSink.Sent batch) {
    sent = batch;
    if (ready()) {
      sent = null; // the answer was faster
    }
  }

  final Receiver receiver() {
    return receiver;
  }

  /** It is over; on the thread that made it so, which must not be held up. */
  void ended() {}

  /** What the caller gets for what the function returned. */
  @Nullable Object made(@Nullable Object value) {
    return value;
  }

  @Override
  public final void succeeded(int position, byte[] bytes, int offset, int length) {
    sent = null;
    try {
      if (complete(made(receiver.value(bytes, offset, length)))) {
        ended();
      }
    } catch (UnreadableValueException e) {
      failed(Receiver.unreadable(e));
    }
  }

  @Override
  public final void failed(int position, CallFailure why) {
    sent = null;
    failed(receiver.exception(why));
  }

  private void failed(Throwable cause) {
    if (fail(cause)) {
      ended();
    }
  }

  @Override
  public final void dropped(int position, @Nullable Throwable why) {
    sent = null;
    if (why == null ? markCancelled() : fail(why)) {
      ended();
    }
  }

  @Override
  final void stop(boolean evenIfRunning) {
    CallSink.Sent batch = sent;
    if (batch != null) {
      boolean unused = batch.cancel(this, 0, evenIfRunning);
      sent = null;
    }
    ended();
  }
}
