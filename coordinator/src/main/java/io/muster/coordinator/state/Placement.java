package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Deals free slots to jobs and gives each the chunks it is to run. A slot stays with its job while
 * that has tasks for it. Looks only at what moved: free slots by class of worker, hungry jobs by
 * who is next.
 */
final class Placement {
  static final long MOST_INPUT_BYTES = 64 * 1024;

  /** How long a job may keep a slot that it has no use for yet, in nanoseconds. */
  private static final long KEPT_FOR = 100_000_000;

  /** Tasks of one chunk when some are not in their first try, for their tries go with it. */
  private static final long MOST_RETRIED = 4096;

  /**
   * A hungry job's place in the queue: priority first, then who has least, then who was first. The
   * stages of a pipeline have theirs together, and of them the later ones come first.
   */
  private record Place(int priority, int slots, Job job) {
    static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::priority)
            .reversed()
            .thenComparingInt(Place::slots)
            .thenComparing(Place::job, Job.FIRST);
  }

  private final Map<WorkerClass.Key, WorkerClass> classes = new LinkedHashMap<>();
  private final TreeSet<Place> queue = new TreeSet<>(Place.ORDER);
  private final Map<Job, Place> places = new HashMap<>();
  private int freeSlots;

  /** Whether a slot was freed or a job became hungry since nobody could be placed. */
  private boolean moved;

  /** Slots that no job has. */
  int freeSlots() {
    return freeSlots;
  }

  /** Hungry jobs, the next one first. */
  List<Job> hungry() {
    return queue.stream().map(Place::job).toList();
  }

  boolean isAnyHungry() {
    return !queue.isEmpty();
  }

  /** Its tasks or its slots have changed. */
  void jobMoved(Job job) {
    Place before = places.get(job);
    Place after =
        job.isHungry() ? new Place(job.spec.policy().priority(), job.familySlots(), job) : null;
    if (before == null ? after == null : before.equals(after)) {
      return;
    }
    if (before != null) {
      queue.remove(before);
      places.remove(job);
    }
    if (after != null) {
      queue.add(after);
      places.put(job, after);
      moved = true;
    }
  }

  /** Its slots, or whether it takes work, have changed. */
  void workerMoved(ConnectedWorker worker) {
    int before = worker.offered;
    int after = worker.takesWork() ? worker.free() : 0;
    if (before == after) {
      return;
    }
    WorkerClass alike = worker.alike;
    if (alike == null) {
      alike = classes.computeIfAbsent(WorkerClass.Key.of(worker), key -> new WorkerClass());
      worker.alike = alike;
    }
    if (before > 0) {
      alike.remove(worker, before);
    }
    if (after > 0) {
      alike.add(worker, after);
    }
    worker.offered = after;
    freeSlots += after - before;
    moved |= after > before;
  }

  /** A worker that was kept for one job is there for all again. */
  void reservationEnded() {
    moved = true;
  }

  /** Gives the lease the chunks it wants; what it has no chunk for is dealt anew. */
  void settle(Turn turn, Lease lease) {
    Job job = lease.job;
    while (lease.worker.takesWork() && lease.chunks < lease.wanted() && job.hasMoreToStart()) {
      assign(turn, job, lease.worker);
    }
    if (lease.chunks < lease.processes && !keepsItsLast(lease, turn.nanos())) {
      deal(lease, lease.chunks - lease.processes);
    }
    if (lease.processes == 0 && lease.chunks == 0) {
      lease.worker.leases.remove(job.id, lease);
      job.leases.remove(lease.worker.id, lease);
    }
  }

  /** A job that waits a moment for its rate keeps a slot: others would not give it back so soon. */
  private static boolean keepsItsLast(Lease lease, long now) {
    Job job = lease.job;
    return job.processes == 1
        && lease.worker.takesWork()
        && job.isReady()
        && !job.hasMoreToStart()
        && job.pace.allowsAt(job.tasks.waiting.size()) - now <= KEPT_FOR;
  }

  /** Deals free slots to hungry jobs while any can use them. */
  void place(Turn turn) {
    while (moved && freeSlots > 0) {
      moved = placeOne(turn);
    }
  }

  private boolean placeOne(Turn turn) {
    for (Place place : queue) {
      for (WorkerClass alike : classes.values()) {
        ConnectedWorker worker = alike.roomFor(place.job());
        if (worker != null) {
          grant(turn, place.job(), worker);
          return true;
        }
      }
    }
    return false;
  }

  private void grant(Turn turn, Job job, ConnectedWorker worker) {
    if (worker.reservedFor == job) {
      worker.reservedFor = null;
    }
    deal(worker.lease(job), 1);
    assign(turn, job, worker);
  }

  /** Takes over what this worker's chunks use, as far as it has slots. */
  void adopt(ConnectedWorker worker) {
    for (Lease lease : worker.leases.values()) {
      int more = lease.chunks - lease.processes;
      int room = worker.free() / lease.weight;
      if (more > 0 && room > 0) {
        deal(lease, Math.min(more, room));
      }
    }
  }

  /** Nothing of this worker is dealt any more. */
  void release(ConnectedWorker worker) {
    worker.reservedFor = null;
    for (Lease lease : new ArrayList<>(worker.leases.values())) {
      deal(lease, -lease.processes);
      if (lease.chunks == 0) {
        worker.leases.remove(lease.job.id, lease);
        lease.job.leases.remove(worker.id, lease);
      }
    }
    workerMoved(worker);
  }

  private void deal(Lease lease, int processes) {
    int slots = processes * lease.weight;
    lease.processes += processes;
    if (processes < 0) {
      lease.leaving = Math.max(0, lease.leaving + processes);
    }
    lease.worker.dealt += slots;
    lease.job.processes += processes;
    lease.job.slots += slots;
    workerMoved(lease.worker);
    lease.job.family().forEach(this::jobMoved);
  }

  private void assign(Turn turn, Job job, ConnectedWorker worker) {
    Interval run = job.tasks.waiting.nextRun(0);
    if (run == null) {
      throw new IllegalStateException("nothing of job " + job.id + " waits");
    }
    int limit = job.spec.policy().limit();
    int processes = job.processes + freeSlots;
    long size =
        job.sizing.next(
            job.tasks.waiting.size(), limit > 0 ? Math.min(processes, limit) : processes);
    if (job.stage != null) {
      size = Math.min(size, job.stage.mostInChunk());
    }
    long paced = Math.min(size, job.pace.allowed());
    Interval chunk =
        new Interval(run.from(), job.chunkEnd(run, paced, MOST_INPUT_BYTES, MOST_RETRIED));
    int[] tries = job.tasks.triesIn(chunk);
    AttemptId attempt = turn.newAttempts(1);
    turn.started(job);
    turn.record(new JournalRecord.ChunkAssigned(attempt, job.id, worker.id, chunk));
    turn.effects.assign(worker.id, attempt, job.id, chunk, tries, false);
    job.pace.started(chunk.size(), turn.nanos());
    jobMoved(job);
  }

  /** The one with the most free slots that can run a process of this job now, or null. */
  @Nullable ConnectedWorker roomFor(Job job) {
    for (WorkerClass alike : classes.values()) {
      ConnectedWorker worker = alike.roomFor(job);
      if (worker != null) {
        return worker;
      }
    }
    return null;
  }
}
