package io.muster.coordinator.state;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.TreeMap;

/** Workers with the same labels, by how many more I/O tasks each may have. */
final class IoRoom implements Iterable<ConnectedWorker> {
  /** Less than this part of a worker's limit is not worth a chunk, unless no more waits. */
  private static final int PARTS = 32;

  /** Ranks who has room worth a chunk before who has not. */
  private static final long WORTH_IT = 1L << 32;

  private final TreeMap<Long, LinkedHashSet<ConnectedWorker>> byRank = new TreeMap<>();
  private int workers;

  /** The room where a chunk there would be worth its way, or be all that is wanted; else 0. */
  static long worth(long room, long whole, long wanted) {
    return room >= Math.min(wanted, Math.max(1, whole / PARTS)) ? room : 0;
  }

  /** Where a worker is to stand: 0 if it has no room. */
  static long rankOf(ConnectedWorker worker) {
    long room = worker.ioRoom();
    return worth(room, worker.ioLimit, Long.MAX_VALUE) > 0 ? room + WORTH_IT : room;
  }

  /** Whether a chunk there need not be all that waits. */
  static boolean isWorthIt(ConnectedWorker worker) {
    return worker.ioRank >= WORTH_IT;
  }

  /** Workers in service. */
  int workers() {
    return workers;
  }

  boolean isFull() {
    return byRank.isEmpty();
  }

  void serves(boolean now) {
    workers += now ? 1 : -1;
  }

  void add(ConnectedWorker worker, long rank) {
    byRank.computeIfAbsent(rank, key -> new LinkedHashSet<>()).add(worker);
  }

  void remove(ConnectedWorker worker, long rank) {
    LinkedHashSet<ConnectedWorker> alike = byRank.get(rank);
    if (alike != null && alike.remove(worker) && alike.isEmpty()) {
      byRank.remove(rank);
    }
  }

  /** Who has most room first. */
  @Override
  public Iterator<ConnectedWorker> iterator() {
    return byRank.descendingMap().values().stream().flatMap(LinkedHashSet::stream).iterator();
  }
}
