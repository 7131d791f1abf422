package io.muster.coordinator.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets all slots finish together: when slots are idle and nothing waits, the tails of chunks that
 * are out are taken back, those that wait behind another chunk entirely, running ones in part.
 */
final class TailSharing {
  private static final long PERIOD = 20_000_000L;

  /** Less work than this is not worth the way. */
  private static final double LEAST_NANOS = 20e6;

  /** A chunk that is silent for so long may be at a task that is longer than the others. */
  private static final long SILENT = 100_000_000L;

  private final Placement placement;

  /** Jobs that have chunks out and nothing that waits. */
  private final Set<Job> tails = new LinkedHashSet<>();

  private @Nullable Long nextLook;

  TailSharing(Placement placement) {
    this.placement = placement;
  }

  void jobMoved(Job job, long now) {
    if (!job.isIo && !job.hasEnded() && job.hasChunks() && job.tasks.waiting.isEmpty()) {
      tails.add(job);
      if (nextLook == null) {
        nextLook = now + PERIOD / 4;
      }
    } else {
      tails.remove(job);
    }
  }

  /** When tails are to be looked at next, or null. */
  @Nullable Long nextLook() {
    return tails.isEmpty() || placement.freeSlots() == 0 ? null : nextLook;
  }

  void look(Turn turn) {
    Long due = nextLook();
    if (due == null || due > turn.nanos()) {
      return;
    }
    nextLook = null;
    int idle = placement.freeSlots();
    List<Job> inOrder = new ArrayList<>(tails);
    inOrder.sort(
        Comparator.comparingInt((Job job) -> -job.spec.policy().priority())
            .thenComparingInt(job -> job.slots));
    for (Job job : inOrder) {
      if (idle > 0) {
        idle -= share(turn, job, idle);
      }
    }
  }

  /** Takes back for as many idle slots as the job can use; returns how many that are. */
  private int share(Turn turn, Job job, int idle) {
    ConnectedWorker room = placement.roomFor(job);
    int limit = job.spec.policy().limit();
    int could = limit == 0 ? idle : Math.min(idle, limit - job.processes);
    if (room == null || could <= 0) {
      return 0;
    }
    List<Attempt> tailed = new ArrayList<>();
    for (Attempt chunk : job.chunks()) {
      if (!chunk.worker.linked) {
        continue; // held back for it
      }
      if (chunk.retracting || isWorthIt(job, chunk, turn.nanos())) {
        tailed.add(chunk);
      } else if (chunk.remaining() > 1 || isQueued(chunk)) {
        nextLook = turn.nanos() + PERIOD;
      }
    }
    if (tailed.isEmpty()) {
      return 0;
    }
    tailed.sort(
        Comparator.comparing((Attempt chunk) -> !isQueued(chunk))
            .thenComparing(Attempt::remaining, Comparator.reverseOrder()));
    int taken = Math.min(could, tailed.size());
    int parts = 1 + (could + taken - 1) / taken;
    for (Attempt chunk : tailed.subList(0, taken)) {
      if (!chunk.retracting) {
        chunk.retracting = true;
        int keep = isQueued(chunk) ? 0 : Math.max(1, 1000 / parts);
        turn.effects.retract(chunk.worker.id, chunk.id, keep);
      }
    }
    nextLook = turn.nanos() + PERIOD;
    return taken * job.weightOn(room);
  }

  /** Whether it waits on its worker behind another chunk of the job. */
  private static boolean isQueued(Attempt chunk) {
    Lease lease = chunk.worker.lease(chunk.job);
    return !chunk.started && lease.chunks > lease.processes;
  }

  private static boolean isWorthIt(Job job, Attempt chunk, long now) {
    if (isQueued(chunk)) {
      return true;
    }
    return chunk.remaining() > 1
        && (chunk.remaining() * job.sizing.nanosPerTask() >= LEAST_NANOS
            || now - chunk.progressAt >= SILENT);
  }
}
