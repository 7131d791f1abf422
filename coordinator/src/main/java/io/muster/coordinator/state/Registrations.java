package io.muster.coordinator.state;

import io.muster.coordinator.state.JournalRecord.AttemptStarted;
import io.muster.coordinator.state.JournalRecord.ChunkAssigned;
import io.muster.coordinator.state.JournalRecord.WorkerRegistered;
import io.muster.coordinator.state.JournalRecord.WorkerRemoved;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.RegistrationReply.Refused;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Holding;
import io.muster.protocol.WorkerId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Workers come, come again with what they hold, fall silent and leave. */
final class Registrations {
  /** How long what a worker held is held back for it after a coordinator's death. */
  private static final long HOLD_BACK = 30_000_000_000L;

  /** How long a lost worker is remembered. */
  private static final long REMEMBERED = 600_000_000_000L;

  /** What was sent less than this ago may not have arrived when a worker names what it has. */
  private static final long ON_ITS_WAY = 10_000_000_000L;

  private final Chunks chunks;
  private final Steps steps;
  private final Placement placement;
  private @Nullable Long nextLook;

  Registrations(Chunks chunks, Steps steps, Placement placement) {
    this.chunks = chunks;
    this.steps = steps;
    this.placement = placement;
  }

  /** All that the journal knows are awaited. */
  void epochOpened(Turn turn) {
    for (ConnectedWorker worker : turn.ledger.workers.values()) {
      worker.linked = false;
      worker.lostAt = turn.nanos();
      if (!worker.lost) {
        await(turn, worker);
      } else {
        lookBy(turn.nanos() + REMEMBERED);
      }
      worker.attempts.values().forEach(attempt -> attempt.assignedAt = turn.nanos());
      worker.attempts.values().forEach(attempt -> attempt.progressAt = turn.nanos());
      placement.adopt(worker);
    }
  }

  private void await(Turn turn, ConnectedWorker worker) {
    worker.awaitedUntil = turn.nanos() + HOLD_BACK;
    lookBy(worker.awaitedUntil);
  }

  RegistrationReply registered(Turn turn, Registration registration) {
    if (registration.protocolVersion() != Registration.PROTOCOL_VERSION) {
      return new Refused(
          "this coordinator speaks protocol "
              + Registration.PROTOCOL_VERSION
              + ", the worker (Muster "
              + registration.version()
              + ") protocol "
              + registration.protocolVersion()
              + ": upgrade the "
              + (registration.protocolVersion() > Registration.PROTOCOL_VERSION
                  ? "coordinator"
                  : "worker"));
    }
    if (registration.slots() < 1) {
      return new Refused("a worker needs at least one slot, not " + registration.slots());
    }
    String journal = String.valueOf(turn.ledger.journal());
    ConnectedWorker known = turn.ledger.incarnations.get(registration.incarnation());
    WorkerId id = known != null ? known.id : new WorkerId("w" + (turn.ledger.lastWorker + 1));
    turn.record(
        new WorkerRegistered(
            id,
            registration.incarnation(),
            registration.address(),
            registration.slots(),
            registration.ioLimit(),
            registration.taskMemory(),
            registration.labels(),
            registration.version(),
            registration.draining()));
    Welcome welcome = new Welcome(id, turn.ledger.epoch(), journal);
    ConnectedWorker worker = turn.ledger.worker(id);
    if (registration.journal() != null && !registration.journal().equals(journal)) {
      await(turn, worker); // it drops what it holds and comes again
      return welcome;
    }
    worker.linked = true;
    worker.linkedAt = turn.nanos();
    worker.awaitedUntil = null;
    registration.claims().stream()
        .sorted(Comparator.comparing(Claim::attempt)) // what was divided off follows what it was of
        .forEach(claim -> claimed(turn, worker, claim));
    placement.adopt(worker);
    placement.workerMoved(worker);
    return welcome;
  }

  private void claimed(Turn turn, ConnectedWorker worker, Claim claim) {
    Attempt attempt = turn.ledger.attempts.get(claim.attempt());
    if (attempt == null && mayTakeOver(turn, claim)) {
      turn.record(new ChunkAssigned(claim.attempt(), claim.job(), worker.id, claim.interval()));
      attempt = turn.ledger.attempts.get(claim.attempt());
      placement.adopt(worker);
    }
    if (attempt == null || attempt.worker != worker) {
      turn.effects.revoke(worker.id, claim.attempt());
      return;
    }
    attempt.retracting = false;
    if (claim.started() && !attempt.started) {
      turn.record(new AttemptStarted(attempt.id));
    }
    if (attempt.step == null) {
      chunks.cut(turn, attempt, claim.interval().until());
    }
  }

  /** Whether it is known to nobody, and nothing of it was done or given to somebody else. */
  private static boolean mayTakeOver(Turn turn, Claim claim) {
    Job job = turn.ledger.jobs.get(claim.job());
    return job != null
        && !job.hasEnded()
        && claim.attempt().epoch() <= turn.ledger.epoch()
        && job.mayTakeOver(claim.interval().size())
        && job.tasks.waiting.containsAll(claim.interval());
  }

  /** What only one side has is settled. */
  void holding(Turn turn, ConnectedWorker worker, Holding holding) {
    Set<AttemptId> held = new HashSet<>();
    for (Claim claim : holding.claims()) {
      held.add(claim.attempt());
      Attempt attempt = turn.ledger.attempts.get(claim.attempt());
      if (attempt == null || attempt.worker != worker) {
        turn.effects.revoke(worker.id, claim.attempt());
      }
    }
    for (Attempt attempt : List.copyOf(worker.attempts.values())) {
      boolean arrived =
          attempt.assignedAt < worker.linkedAt || turn.nanos() - attempt.assignedAt >= ON_ITS_WAY;
      if (arrived && !held.contains(attempt.id) && isOut(turn, attempt)) {
        turn.effects.revoke(worker.id, attempt.id);
        giveBack(turn, attempt);
      }
    }
  }

  void drainRequested(Turn turn, ConnectedWorker worker) {
    draining(turn, worker);
    turn.effects.drain(worker.id);
  }

  void draining(Turn turn, ConnectedWorker worker) {
    if (!worker.draining) {
      turn.record(new JournalRecord.WorkerDraining(worker.id));
      placement.workerMoved(worker);
    }
  }

  /** It ends in order: nobody is charged. */
  void left(Turn turn, ConnectedWorker worker) {
    for (Attempt attempt : List.copyOf(worker.attempts.values())) {
      if (isOut(turn, attempt)) {
        giveBack(turn, attempt);
      }
    }
    worker.linked = false;
    placement.release(worker);
    turn.record(new WorkerRemoved(worker.id));
  }

  /** Its link is silent. What it had said to be running is to blame. */
  void lost(Turn turn, ConnectedWorker worker) {
    worker.linked = false;
    worker.awaitedUntil = null;
    worker.lostAt = turn.nanos();
    lookBy(worker.lostAt + REMEMBERED);
    turn.record(new JournalRecord.WorkerLost(worker.id, turn.now.wallMillis()));
    boolean sharedIo = worker.ioRunning > 1;
    for (Attempt attempt : List.copyOf(worker.attempts.values())) {
      if (isOut(turn, attempt)) {
        if (attempt.step != null) {
          steps.workerVanished(turn, attempt);
        } else {
          chunks.workerVanished(turn, attempt, sharedIo);
        }
      }
    }
    placement.release(worker);
  }

  private void giveBack(Turn turn, Attempt attempt) {
    if (attempt.step != null) {
      turn.record(new JournalRecord.StepBroken(attempt.id, false));
    } else {
      chunks.givenBack(turn, attempt);
    }
  }

  private static boolean isOut(Turn turn, Attempt attempt) {
    return turn.ledger.attempts.get(attempt.id) == attempt;
  }

  /** Gives up who was awaited for too long, forgets who was lost for long. */
  void look(Turn turn) {
    if (nextLook == null || nextLook > turn.nanos()) {
      return;
    }
    nextLook = null;
    for (ConnectedWorker worker : List.copyOf(turn.ledger.workers.values())) {
      if (worker.awaitedUntil != null && worker.awaitedUntil <= turn.nanos()) {
        lost(turn, worker);
      }
      if (worker.lost && turn.nanos() - worker.lostAt >= REMEMBERED) {
        turn.record(new WorkerRemoved(worker.id));
      } else if (worker.lost) {
        lookBy(worker.lostAt + REMEMBERED);
      } else if (worker.awaitedUntil != null) {
        lookBy(worker.awaitedUntil);
      }
    }
  }

  private void lookBy(long time) {
    nextLook = nextLook == null ? time : Math.min(nextLook, time);
  }

  /** When {@link #look} is wanted next, or null. */
  @Nullable Long nextLook() {
    return nextLook;
  }
}
