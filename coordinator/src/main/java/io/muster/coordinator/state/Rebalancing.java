package io.muster.coordinator.state;

import io.muster.coordinator.state.Shares.Held;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves slots between jobs when shares have been off by a slot for a second: from a lower priority
 * to a higher one, and among equals from who has more to who has less.
 */
final class Rebalancing {
  private static final long PATIENCE = 1_000_000_000L;
  private static final long PERIOD = 250_000_000L;
  private static final long RESERVED_FOR = 30_000_000_000L;
  private static final int MOST_MOVES = 2_000;

  private final Placement placement;
  private final List<ConnectedWorker> reserved = new ArrayList<>();
  private long lastLook;
  private boolean looked;

  Rebalancing(Placement placement) {
    this.placement = placement;
  }

  /** When shares are to be looked at next, or null. */
  @Nullable Long nextLook(long now) {
    if (!placement.isAnyHungry() && reserved.isEmpty()) {
      return null;
    }
    return looked ? lastLook + PERIOD : now;
  }

  void look(Turn turn) {
    Long due = nextLook(turn.nanos());
    if (due == null || due > turn.nanos()) {
      return;
    }
    looked = true;
    lastLook = turn.nanos();
    reserved.removeIf(worker -> isReleased(worker, turn.nanos()));
    Shares shares = new Shares(turn.ledger, placement.hungry());
    for (int moves = 0; moves < MOST_MOVES; moves++) {
      Held hungry = shares.shortest();
      if (hungry == null) {
        return;
      }
      if (!isOverdue(hungry.job(), turn.nanos()) || !move(turn, shares, hungry)) {
        shares.leaveOut(hungry);
      }
    }
  }

  /** Whether nobody waits for this worker any more. */
  private boolean isReleased(ConnectedWorker worker, long now) {
    Job job = worker.reservedFor;
    if (job != null && job.isHungry() && now < worker.reservedUntil) {
      return false;
    }
    worker.reservedFor = null;
    placement.reservationEnded();
    return true;
  }

  /** Whether the job has been short for long enough; begins to count. */
  private static boolean isOverdue(Job job, long now) {
    if (job.shortSince == null) {
      job.shortSince = now;
    }
    return now - job.shortSince >= PATIENCE;
  }

  private boolean move(Turn turn, Shares shares, Held hungry) {
    ConnectedWorker worker = null;
    List<Lease> givers = new ArrayList<>();
    for (ConnectedWorker candidate : shares.workersOfDonors(hungry)) {
      givers = shares.giversOn(candidate, hungry);
      if (!givers.isEmpty()) {
        worker = candidate;
        break;
      }
    }
    if (worker == null) {
      return false;
    }
    for (Lease lease : givers) {
      lease.leaving++;
      shares.moved(lease, hungry);
      takeBack(turn, lease);
    }
    if (hungry.job().weightOn(worker) > 1) {
      worker.reservedFor = hungry.job();
      reserved.add(worker);
      worker.reservedUntil = turn.nanos() + RESERVED_FOR;
    }
    return true;
  }

  /** Asks for the tails of as many chunks as have to end, those that wait first. */
  private static void takeBack(Turn turn, Lease lease) {
    int tooMany = lease.chunks - lease.wanted();
    List<Attempt> chunks = new ArrayList<>();
    for (Attempt attempt : lease.worker.attempts.values()) {
      if (attempt.step == null && attempt.job == lease.job) {
        if (attempt.retracting) {
          tooMany--;
        } else {
          chunks.add(attempt);
        }
      }
    }
    chunks.sort((a, b) -> Boolean.compare(a.started, b.started));
    for (int k = 0; k < Math.min(tooMany, chunks.size()); k++) {
      Attempt chunk = chunks.get(k);
      chunk.retracting = true;
      turn.effects.retract(lease.worker.id, chunk.id, 0);
    }
  }
}
