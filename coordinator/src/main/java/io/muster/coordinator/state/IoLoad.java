package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tasks that one worker has of one I/O job, and what is known to be too many there. */
final class IoLoad {
  /**
   * Attempts that were in one process when it died.
   *
   * @param together tasks of the job that were in it
   * @param first whether this is the first of its attempts that is heard of
   */
  record Death(long together, boolean first) {}

  final Job job;
  final ConnectedWorker worker;

  /** Tasks there that have not ended, suspects included. */
  private long running;

  /** Of these, the ones that run in a process of their own, because one may have killed another. */
  private long suspects;

  /** Tasks whose chunk has reached no process yet. */
  private long unstarted;

  /** Whether something was started there since a process died. */
  private boolean isUp;

  /** Of the suspects, how many there are by how many may be together. */
  private final TreeMap<Long, Long> suspectsByAtMost = new TreeMap<>();

  /** How many others may be there: fewer after their process ran out of memory. */
  private long most = Long.MAX_VALUE;

  /** Tasks that died with a process since something was started there; 0: none did. */
  private long died;

  private long suspectsDied;

  /** What was assigned up to here may have been in the process that died last. */
  private @Nullable AttemptId diedUpTo;

  private @Nullable AttemptId suspectsDiedUpTo;

  /** The last that was assigned. */
  private @Nullable AttemptId last;

  IoLoad(Job job, ConnectedWorker worker) {
    this.job = job;
    this.worker = worker;
  }

  long running() {
    return running;
  }

  long suspects() {
    return suspects;
  }

  void out(Attempt chunk) {
    last = chunk.id;
    moved(chunk, chunk.remaining());
  }

  /** So many tasks of this chunk are not there any more. */
  void ended(Attempt chunk, long tasks) {
    moved(chunk, -tasks);
  }

  private void moved(Attempt chunk, long more) {
    running += more;
    unstarted += chunk.started ? 0 : more;
    worker.ioRunning += more;
    chunk.job.ioRunning += more;
    if (chunk.isAlone()) {
      suspects += more;
      suspectsByAtMost.merge(chunk.atMost, more, Long::sum);
      suspectsByAtMost.remove(chunk.atMost, 0L);
    }
  }

  /**
   * How many more tasks of the job may go there, as far as deaths have shown; 0 when that is not
   * worth a chunk.
   *
   * @param atMost of suspects, how many of them may be together; else 0
   */
  long room(long wanted, long atMost) {
    long whole = atMost > 0 ? Math.min(atMost, leastAtMost()) : most;
    long room = atMost > 0 ? whole - suspects : whole - (running - suspects);
    return IoRoom.worth(room, whole, wanted);
  }

  private long leastAtMost() {
    return suspectsByAtMost.isEmpty() ? Long.MAX_VALUE : suspectsByAtMost.firstKey();
  }

  /**
   * The process that the chunk was in died. Said of each attempt that was in it; one that was
   * assigned since then was in another one.
   */
  Death death(Attempt chunk) {
    boolean alone = chunk.isAlone();
    long together = alone ? suspectsDied : died;
    AttemptId upTo = alone ? suspectsDiedUpTo : diedUpTo;
    isUp = false;
    boolean first = together == 0 || (upTo != null && chunk.id.compareTo(upTo) > 0);
    if (first && alone) {
      together = suspects;
      suspectsDied = together;
      suspectsDiedUpTo = last;
    } else if (first) {
      together = running - suspects;
      died = together;
      diedUpTo = last;
    }
    return new Death(together, first);
  }

  /**
   * A process was handed a chunk: the next death is another one.
   *
   * @param chunk not yet {@link Attempt#started}
   */
  void started(Attempt chunk) {
    unstarted -= chunk.remaining();
    isUp = true;
    if (chunk.isAlone()) {
      suspectsDied = 0;
    } else {
      died = 0;
    }
  }

  /**
   * Whether so much is on its way to its process already that more would all begin at once: of one
   * that is not there yet anything, otherwise two chunks.
   */
  boolean isBehind(long chunk) {
    return unstarted > 0 && (!isUp || unstarted >= 2 * chunk);
  }

  /** So many together were too many for the memory there; of suspects that is known already. */
  void tooMany(boolean alone, long together) {
    most = alone ? most : Math.max(1, Math.min(most, together) / 2);
  }
}
