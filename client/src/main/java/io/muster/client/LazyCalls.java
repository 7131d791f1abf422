package io.muster.client;

import io.muster.calls.UnreadableValueException;
import io.muster.client.session.Answer;
import io.muster.client.session.CallFailure;
import io.muster.client.session.CallSink;
import io.muster.client.session.NotTakenException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one function on what a source gives, read as results are taken. In order of the source,
 * or as they come.
 */
final class LazyCalls<T extends @Nullable Object, R extends @Nullable Object>
    implements ResultIterator<R>, Answer {
  /** Once so many bytes of results wait to be taken, no more is sent. */
  private static final long WAITING_BYTES = 32 << 20;

  /** A call; whoever has taken it may read its end. */
  static final class Slot {
    private final int position;
    private boolean done;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private int bytes;

    Slot(int position) {
      this.position = position;
    }

    /** Of its input in the source, from 0. */
    int index() {
      return position - 1;
    }

    @Nullable Object value() {
      return value;
    }

    /** Null: it returned. */
    @Nullable Throwable failure() {
      return failure;
    }
  }

  private final Receiver receiver;
  private final CallSink.Feed feed;
  private final Calls calls;
  private final Iterator<? extends T> source;
  private final boolean inOrder;
  private final boolean inputsFailAlone;
  private final int window;
  private final @Nullable KeyLimit<T> keys;
  private final Runnable finished;

  // of the thread that iterates
  private final List<CallSink.Sent> batches = new ArrayList<>();

  /** Positions of the calls that the feed has and has not sent. */
  private final List<Integer> unsent = new ArrayList<>();

  private int forgetAt = 16;
  private boolean sourceEnded;
  private @Nullable Throwable sourceFailure;
  private boolean finishedTold;

  // under this monitor
  private final Map<Integer, Slot> inSource = new LinkedHashMap<>();
  private final Deque<Slot> asTheyCome = new ArrayDeque<>();
  private int lastPosition;
  private long waitingBytes;

  /**
   * @param inputsFailAlone whether an input that can't be sent fails its call; else it is as if the
   *     source had thrown
   * @param window how many calls are under way, or ended and not taken, at most
   * @param keys only if not in order
   * @param finished runs once when all is sent or given up
   */
  LazyCalls(
      CallSink sink,
      Receiver receiver,
      Calls calls,
      byte[] function,
      Iterator<? extends T> source,
      int chunk,
      boolean inOrder,
      boolean inputsFailAlone,
      int window,
      @Nullable KeyLimit<T> keys,
      Runnable finished)
      throws InterruptedException {
    this.receiver = receiver;
    this.calls = calls;
    this.source = source;
    this.inOrder = inOrder;
    this.inputsFailAlone = inputsFailAlone;
    this.window = window;
    this.keys = keys;
    this.finished = finished;
    feed = sink.feed(function, this, chunk, this::sentWith);
  }

  /** Sends as much as may be under way. */
  void fill() throws InterruptedException {
    while (!sourceEnded && hasRoom()) {
      T input;
      byte[] arguments;
      try {
        if (!source.hasNext()) {
          sourceEnded = true;
          break;
        }
        input = source.next();
      } catch (RuntimeException | Error e) {
        failSource(e);
        break;
      }
      try {
        arguments = calls.arguments(input);
      } catch (NotSerializableTaskException e) {
        if (!inputsFailAlone) {
          failSource(e);
          break;
        }
        dropped(newSlot(), e);
        continue;
      }
      int position = newSlot();
      if (keys == null || keys.begins(position, input, arguments)) {
        send(position, arguments);
      }
    }
    flush();
    if (sourceEnded && (keys == null || !keys.holdsAny())) {
      finish();
    }
  }

  /** It is told when its turn comes. */
  private void failSource(Throwable why) {
    sourceEnded = true;
    sourceFailure = why;
  }

  /** A call that is too large fails alone. */
  private void send(int position, byte[] arguments) throws InterruptedException {
    try {
      feed.add(position, arguments);
      unsent.add(position);
    } catch (NotTakenException.TooLarge e) {
      dropped(position, new IllegalArgumentException(e.getMessage(), e));
    } catch (NotTakenException e) {
      unsent.add(position);
      noMoreIsTaken(e);
    }
  }

  private void flush() throws InterruptedException {
    try {
      feed.flush();
    } catch (NotTakenException e) {
      noMoreIsTaken(e);
    }
  }

  /** What has not gone will not: nobody else answers it. */
  private void noMoreIsTaken(NotTakenException e) {
    sourceEnded = true;
    for (int position : unsent) {
      dropped(position, new IllegalStateException("no more calls are taken: " + e.getMessage(), e));
    }
    unsent.clear();
  }

  private void sentWith(CallSink.Sent batch) {
    unsent.clear();
    if (batches.size() >= forgetAt) {
      batches.removeIf(CallSink.Sent::isAnswered);
      forgetAt = 2 * batches.size() + 16;
    }
    batches.add(batch);
  }

  private synchronized boolean hasRoom() {
    return inSource.size() < window && (waitingBytes < WAITING_BYTES || inSource.isEmpty());
  }

  private synchronized int newSlot() {
    Slot slot = new Slot(++lastPosition);
    inSource.put(slot.position, slot);
    return slot.position;
  }

  private void finish() {
    if (!finishedTold) {
      finishedTold = true;
      finished.run();
    }
  }

  // Answers

  @Override
  public void succeeded(int at, byte[] bytes, int offset, int length) {
    Object value = null;
    Throwable failure = null;
    try {
      value = receiver.value(bytes, offset, length);
    } catch (UnreadableValueException e) {
      failure = Receiver.unreadable(e);
    }
    ended(at, value, failure, length);
  }

  @Override
  public void failed(int at, CallFailure why) {
    ended(at, null, receiver.exception(why), 0);
  }

  @Override
  public void dropped(int at, @Nullable Throwable why) {
    ended(at, null, why == null ? new CancellationException("it was cancelled") : why, 0);
  }

  private synchronized void ended(
      int at, @Nullable Object value, @Nullable Throwable failure, int bytes) {
    Slot slot = inSource.get(at);
    if (slot == null || slot.done) {
      return;
    }
    slot.value = value;
    slot.failure = failure;
    slot.bytes = bytes;
    slot.done = true;
    waitingBytes += bytes;
    if (!inOrder) {
      asTheyCome.addLast(slot);
    }
    notifyAll();
  }

  // The iterator

  @Override
  public boolean hasNext() {
    refill();
    synchronized (this) {
      return !inSource.isEmpty() || sourceFailure != null;
    }
  }

  private void refill() {
    try {
      if (isHalfEmpty()) {
        fill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  /** Half of the window is sent at once, rather than one call for each result that is taken. */
  private synchronized boolean isHalfEmpty() {
    return !finishedTold && (sourceEnded || inSource.size() <= window / 2);
  }

  @Override
  public R next(Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more results");
    }
    return result(ended(timeout.toNanos()));
  }

  /**
   * The next call that ended, for who asks for no results by the iterator. What the source throws
   * is thrown.
   *
   * @return null: there is no more
   */
  @Nullable Slot take(long nanos) throws InterruptedException, TimeoutException {
    if (isHalfEmpty()) {
      fill();
    }
    if (sourceFailure instanceof Error e) {
      throw e;
    }
    if (sourceFailure != null) {
      throw (RuntimeException) sourceFailure;
    }
    return ended(nanos);
  }

  private @Nullable Slot ended(long nanos) throws InterruptedException, TimeoutException {
    Slot slot = nextSlot(nanos);
    KeyLimit.Held next = slot == null || keys == null ? null : keys.ended(slot.position);
    if (next != null) {
      send(next.position(), next.arguments());
      flush();
    }
    return slot;
  }

  private synchronized @Nullable Slot nextSlot(long nanos)
      throws InterruptedException, TimeoutException {
    if (inSource.isEmpty()) {
      return null;
    }
    long deadline = System.nanoTime() + nanos;
    while (nextDone() == null) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new TimeoutException("the next result is not there yet");
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    Slot slot = nextDone();
    if (slot != null) {
      taken(slot);
    }
    return slot;
  }

  private @Nullable Slot nextDone() {
    if (!inOrder) {
      return asTheyCome.peekFirst();
    }
    Slot first = inSource.values().iterator().next();
    return first.done ? first : null;
  }

  private void taken(Slot slot) {
    inSource.remove(slot.position);
    asTheyCome.pollFirst();
    waitingBytes -= slot.bytes;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // what the function returned
  private R result(@Nullable Slot slot) throws ExecutionException {
    Throwable failure = slot == null ? sourceFailure : slot.failure;
    if (slot == null) {
      sourceFailure = null;
    }
    if (failure != null) {
      throw new ExecutionException(failure);
    }
    return (R) (slot == null ? null : slot.value);
  }

  @Override
  public void close() {
    sourceEnded = true;
    finish();
    for (CallSink.Sent batch : batches) {
      batch.cancelAll(this, true);
    }
    batches.clear();
    synchronized (this) {
      inSource.clear();
      asTheyCome.clear();
    }
  }
}
