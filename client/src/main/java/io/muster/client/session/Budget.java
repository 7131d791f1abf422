package io.muster.client.session;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of inputs may be unanswered; callers wait beyond it. What is larger than all of it
 * goes alone.
 */
final class Budget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final Object freed = new Object();
  private volatile int waiting;
  private volatile @Nullable RuntimeException over;

  Budget(long limit) {
    this.limit = limit;
  }

  /** Waits until there is room. */
  void take(long bytes) throws InterruptedException {
    if (took(bytes)) {
      return;
    }
    synchronized (freed) {
      waiting++;
      try {
        while (!took(bytes)) {
          freed.wait();
        }
      } finally {
        waiting--;
      }
    }
  }

  private boolean took(long bytes) {
    RuntimeException reason = over;
    if (reason != null) {
      throw new NotTakenException(String.valueOf(reason.getMessage()), reason);
    }
    while (true) {
      long now = used.get();
      if (now > 0 && now + bytes > limit) {
        return false;
      }
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
  }

  void free(long bytes) {
    used.addAndGet(-bytes);
    if (waiting > 0) {
      wakeAll();
    }
  }

  /** Nobody waits any more: nothing will be answered. */
  void end(RuntimeException why) {
    over = why;
    wakeAll();
  }

  private void wakeAll() {
    synchronized (freed) {
      freed.notifyAll();
    }
  }
}
