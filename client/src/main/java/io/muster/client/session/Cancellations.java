package io.muster.client.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Which calls a coordinator is to be told to stop. Used under the lock of their job. */
final class Cancellations {
  /** One may have been lost with a connection that broke this long after it. */
  private static final long KEPT_NANOS = 60_000_000_000L;

  record Cancelled(long index, boolean evenIfRunning, long at) {}

  private final Deque<Cancelled> unsaid = new ArrayDeque<>();
  private final Deque<Cancelled> said = new ArrayDeque<>();

  void add(long index, boolean evenIfRunning) {
    unsaid.addLast(new Cancelled(index, evenIfRunning, System.nanoTime()));
  }

  /** What is to be said now. */
  List<Cancelled> take() {
    if (unsaid.isEmpty()) {
      return List.of();
    }
    List<Cancelled> taken = List.copyOf(unsaid);
    unsaid.clear();
    said.addAll(taken);
    long since = System.nanoTime() - KEPT_NANOS;
    said.removeIf(old -> old.at - since < 0);
    return taken;
  }

  /** A new connection: what was said of late is said again. */
  void repeat() {
    unsaid.addAll(said);
    said.clear();
  }

  void clear() {
    unsaid.clear();
    said.clear();
  }
}
