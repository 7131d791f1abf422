package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives workers chunks of I/O jobs, beside their slots: by priority, then to the job that has least
 * running, at the worker that has most room. Looks only at what moved.
 */
final class IoPlacement {
  /** All tasks of a chunk run at once, so a larger one gains nothing. */
  static final long MOST_TASKS = 1_000;

  /** A hungry job's place in the queue. */
  private record Place(int priority, long running, Job job) {
    static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::priority)
            .reversed()
            .thenComparingLong(Place::running)
            .thenComparing(Place::job, Job.FIRST);
  }

  private final Map<Map<String, String>, IoRoom> rooms = new LinkedHashMap<>();
  private final TreeSet<Place> queue = new TreeSet<>(Place.ORDER);
  private final Map<Job, Place> places = new HashMap<>();

  /** Whether somebody has more room, or a job is hungrier, since nobody could be placed. */
  private boolean moved;

  /** Its tasks have changed. */
  void jobMoved(Job job) {
    for (Job each : job.family()) {
      if (each.isIo) {
        moved(each);
      }
    }
  }

  private void moved(Job job) {
    Place before = places.get(job);
    boolean hungry = job.hasMoreToStart() && job.isBelowLimit();
    Place after = hungry ? new Place(job.spec.policy().priority(), job.familyIo(), job) : null;
    moved |= hungry;
    if (before != null && !before.equals(after)) {
      queue.remove(before);
      places.remove(job);
    }
    if (after != null && !after.equals(before)) {
      queue.add(after);
      places.put(job, after);
    }
  }

  /** What it has, or whether it takes work, has changed. */
  void workerMoved(ConnectedWorker worker) {
    boolean serves = worker.takesWork() && worker.ioLimit > 0;
    long before = worker.ioRank;
    long after = serves ? IoRoom.rankOf(worker) : 0;
    if (before == after && serves == worker.ioServes) {
      return;
    }
    IoRoom room = rooms.computeIfAbsent(worker.labels, key -> new IoRoom());
    if (serves != worker.ioServes) {
      worker.ioServes = serves;
      room.serves(serves);
    }
    if (before > 0) {
      room.remove(worker, before);
    }
    if (after > 0) {
      room.add(worker, after);
    }
    worker.ioRank = after;
    moved |= after > before;
  }

  /** Gives chunks to workers while any job can use their room. */
  void place(Turn turn) {
    while (moved) {
      moved = !rooms.values().stream().allMatch(IoRoom::isFull) && placeOne(turn);
    }
  }

  private boolean placeOne(Turn turn) {
    for (Place place : queue) {
      Job job = place.job();
      if (begins(turn, job, job.next.suspects()) || begins(turn, job, job.next.innocents())) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param run what waits, all suspects or none, or null
   */
  private boolean begins(Turn turn, Job job, @Nullable Interval run) {
    if (run == null) {
      return false;
    }
    long atMost = job.tasks.suspicions.atMost(run.from());
    long wanted = atMost > 0 ? Math.min(wanted(job, run), atMost) : wanted(job, run);
    ConnectedWorker best = null;
    for (Map.Entry<Map<String, String>, IoRoom> alike : rooms.entrySet()) {
      if (job.isAllowedWith(alike.getKey())) {
        ConnectedWorker worker = roomFor(alike.getValue(), job, wanted, atMost);
        best = best == null || (worker != null && worker.ioRank > best.ioRank) ? worker : best;
      }
    }
    if (best == null) {
      return false;
    }
    assign(turn, job, best, run, Math.min(wanted, roomOn(best, job, wanted, atMost)));
    return true;
  }

  /** How many tasks of this run would make the next chunk, wherever it goes. */
  private long wanted(Job job, Interval run) {
    int workers = 0;
    for (Map.Entry<Map<String, String>, IoRoom> alike : rooms.entrySet()) {
      workers += job.isAllowedWith(alike.getKey()) ? alike.getValue().workers() : 0;
    }
    long chunk = job.spec.policy().chunk();
    long wanted = Math.min(run.size(), chunk > 0 ? Math.min(chunk, MOST_TASKS) : MOST_TASKS);
    wanted = Math.min(wanted, share(job.tasks.waiting.size(), workers));
    wanted = Math.min(wanted, Math.min(job.pace.allowed(), job.pace.mostInChunk(workers)));
    if (job.stage != null) {
      wanted = Math.min(wanted, job.stage.mostInChunk());
    }
    int limit = job.spec.policy().limit();
    if (limit > 0) {
      wanted = Math.min(wanted, Math.min(limit - job.ioRunning, share(limit, workers)));
    }
    return wanted;
  }

  private static long share(long of, int workers) {
    return (of + workers - 1) / Math.max(1, workers);
  }

  /** The one with most room that can have this, or null. */
  private static @Nullable ConnectedWorker roomFor(
      IoRoom alike, Job job, long wanted, long atMost) {
    for (ConnectedWorker worker : alike) {
      if (!IoRoom.isWorthIt(worker) && worker.ioRoom() < wanted) {
        return null; // and nobody has more
      }
      if (roomOn(worker, job, wanted, atMost) > 0) {
        return worker;
      }
    }
    return null;
  }

  /**
   * @param atMost of suspects: how many may be together; else 0
   */
  private static long roomOn(ConnectedWorker worker, Job job, long wanted, long atMost) {
    IoLoad load = job.loads.get(worker.id);
    long room = worker.ioRoom();
    if (load != null && job.pace.isLimited() && load.isBehind(wanted)) {
      return 0; // starts that gather there would break the rate
    }
    if (load != null) {
      return Math.min(room, load.room(wanted, atMost));
    }
    return atMost > 0 ? Math.min(room, atMost) : room;
  }

  private void assign(Turn turn, Job job, ConnectedWorker worker, Interval run, long size) {
    long until = job.chunkEnd(run, size, Placement.MOST_INPUT_BYTES, Long.MAX_VALUE);
    Interval chunk = new Interval(run.from(), until);
    int[] tries = job.tasks.triesIn(chunk);
    // A program that has killed a process while it was loaded is to kill no neighbours again.
    boolean alone = job.tasks.suspicions.atMost(run.from()) > 0 || job.loadDeaths > 0;
    AttemptId attempt = turn.newAttempts(chunk.size());
    turn.started(job);
    turn.record(new JournalRecord.ChunkAssigned(attempt, job.id, worker.id, chunk));
    turn.effects.assign(worker.id, attempt, job.id, chunk, tries, alone);
    job.pace.started(chunk.size(), turn.nanos());
    workerMoved(worker);
    jobMoved(job);
  }
}
