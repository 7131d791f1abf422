package io.muster.client.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing after the other, in their order, on the threads that bring them: what comes while
 * something is done is left to who is at it. What may have to wait for others is done on a thread
 * of its own, and so is what comes behind it until all is done. Any thread.
 */
final class Turns implements Executor {
  private final Executor aside;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * @param aside gets what may have to wait
   */
  Turns(Executor aside) {
    this.aside = aside;
  }

  @Override
  public void execute(Runnable turn) {
    if (begins(turn)) {
      work();
    }
  }

  /** For what may have to wait. */
  void aside(Runnable turn) {
    if (begins(turn)) {
      aside.execute(this::work);
    }
  }

  /** Whether nobody is at it. */
  private synchronized boolean begins(Runnable turn) {
    waiting.add(turn);
    boolean begins = !busy;
    busy = true;
    return begins;
  }

  private void work() {
    for (Runnable turn = next(); turn != null; turn = next()) {
      try {
        turn.run();
      } catch (RuntimeException | Error e) {
        Thread thread = Thread.currentThread(); // it costs the others nothing
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    busy = next != null;
    return next;
  }
}
