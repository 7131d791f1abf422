package io.muster.harness;

import io.muster.protocol.process.ToProcess.Feed;
import java.util.ArrayDeque;

/**
 * The values that a worker feeds to a step, a few messages ahead of who reads them; when more come,
 * the thread that reads the socket waits, and so does the worker.
 */
final class FeedQueue {
  private static final int AHEAD = 16;

  private final ArrayDeque<Feed> feeds = new ArrayDeque<>();

  synchronized void put(Feed feed) {
    while (feeds.size() >= AHEAD) {
      await();
    }
    feeds.add(feed);
    notifyAll();
  }

  /** Waits for the next message; also when the waiting thread is interrupted. */
  synchronized Feed take() {
    boolean interrupted = false;
    while (feeds.isEmpty()) {
      interrupted |= !await();
    }
    notifyAll();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return feeds.remove();
  }

  @SuppressWarnings("WaitNotInLoop") // callers loop
  private boolean await() {
    try {
      wait();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
