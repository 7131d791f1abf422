package io.muster.coordinator.office;

/**
 * How many bytes all sessions together may keep in memory: those that keep some have equal shares.
 * Whoever is beyond its share gets nothing more until it is below, which its own answers see to.
 * Belongs to the coordinator's actor.
 */
final class Room {
  /** However few they are, a session has no more. */
  private static final long MOST_OF_ONE = 32L << 20;

  private final long bytes;
  private int sharers;

  Room(long bytes) {
    this.bytes = bytes;
  }

  /** A quarter of the heap. */
  static Room ofHeap() {
    return new Room(Runtime.getRuntime().maxMemory() / 4);
  }

  /** What one session may keep just now. */
  long share() {
    return Math.min(MOST_OF_ONE, bytes / Math.max(1, sharers));
  }

  /** A session keeps more or less than before. */
  void changed(long before, long after) {
    if (before == 0 && after > 0) {
      sharers++;
    } else if (before > 0 && after == 0) {
      sharers--;
    }
  }
}
