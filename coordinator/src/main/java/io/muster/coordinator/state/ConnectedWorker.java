package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker, its slots and what it has. */
final class ConnectedWorker {
  final WorkerId id;
  final String incarnation;
  final String address;
  final int slots;
  final int ioLimit;
  final long taskMemory;
  final Map<String, String> labels;
  final String version;
  boolean draining;
  boolean lost;

  /** In this coordinator's term, over a link that lives. */
  boolean linked;

  /** When it was last linked. */
  long linkedAt;

  /** When it was found lost, for forgetting it. */
  long lostAt;

  final Map<AttemptId, Attempt> attempts = new LinkedHashMap<>();
  final Map<JobId, Lease> leases = new LinkedHashMap<>();

  /** Slots that are dealt to jobs. */
  int dealt;

  /** Free slots that placement knows of. */
  int offered;

  /** The workers that are like this one, once it has offered slots. */
  @Nullable WorkerClass alike;

  final Map<JobId, IoLoad> loads = new LinkedHashMap<>();

  /** I/O tasks that it has. */
  long ioRunning;

  /** Where it stands among those with room for I/O tasks. */
  long ioRank;

  /** Whether it is counted among those that take I/O tasks. */
  boolean ioServes;

  /** The split, combine or reduce it runs, or null. */
  @Nullable Attempt step;

  /** A job that needs several slots at once and gets this worker's next ones, or null. */
  @Nullable Job reservedFor;

  /** When the reservation ends if it was of no use. */
  long reservedUntil;

  /** Until when its registration is awaited after a coordinator's death, or null. */
  @Nullable Long awaitedUntil;

  ConnectedWorker(JournalRecord.WorkerRegistered facts) {
    id = facts.worker();
    incarnation = facts.incarnation();
    address = facts.address();
    slots = facts.slots();
    ioLimit = facts.ioLimit();
    taskMemory = facts.taskMemory();
    labels = Map.copyOf(facts.labels());
    version = facts.version();
    draining = facts.draining();
  }

  boolean takesWork() {
    return linked && !draining && !lost;
  }

  int free() {
    return Math.max(0, slots - dealt);
  }

  Lease lease(Job job) {
    Lease lease = leases.get(job.id);
    if (lease == null) {
      lease = new Lease(job, this, job.weightOn(this));
      leases.put(job.id, lease);
      job.leases.put(id, lease);
    }
    return lease;
  }

  /** How many more I/O tasks it may have. */
  long ioRoom() {
    return Math.max(0, ioLimit - ioRunning);
  }

  IoLoad load(Job job) {
    IoLoad load = loads.get(job.id);
    if (load == null) {
      load = new IoLoad(job, this);
      loads.put(job.id, load);
      job.loads.put(id, load);
    }
    return load;
  }

  /** Slots with something on them. */
  private int busy() {
    int busy = 0;
    for (Lease lease : leases.values()) {
      busy += Math.min(lease.processes, lease.chunks) * lease.weight;
    }
    return Math.min(busy, slots);
  }

  WorkerView view() {
    WorkerView.State state =
        lost ? WorkerView.State.LOST : draining ? WorkerView.State.DRAINING : WorkerView.State.UP;
    return new WorkerView(id, address, slots, busy(), (int) ioRunning, state, labels, version);
  }
}
