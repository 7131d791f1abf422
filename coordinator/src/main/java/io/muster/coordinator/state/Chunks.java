package io.muster.coordinator.state;

import io.muster.coordinator.state.JournalRecord.ChunkBroken;
import io.muster.coordinator.state.JournalRecord.ChunkCut;
import io.muster.coordinator.state.JournalRecord.TasksEnded;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Retracted;
import java.util.Arrays;

/**
 * What workers report of chunks, and what becomes of their tasks: who succeeded, who is charged
 * with what, where a killer has to be looked for.
 */
final class Chunks {
  /** Who asks to be left alone for longer is not. */
  private static final long LONGEST_ASKED_MILLIS = 24 * 3600 * 1000L;

  private final JobEnds ends;
  private final IoDeaths ioDeaths = new IoDeaths(this);

  Chunks(JobEnds ends) {
    this.ends = ends;
  }

  /** How the next tasks of a chunk ended. */
  void reported(Turn turn, Attempt chunk, Outcomes outcomes) {
    Interval interval = outcomes.interval();
    if (interval.until() <= chunk.next) {
      return; // said before, and in the journal
    }
    if (interval.from() != chunk.next || interval.until() > chunk.until) {
      turn.effects.revoke(chunk.worker.id, chunk.id);
      givenBack(turn, chunk);
      return;
    }
    int[] offsets = outcomes.failedOffsets();
    int[][] byRuling = new int[Ruling.values().length][offsets.length];
    int[] counts = new int[byRuling.length];
    boolean[] retried = new boolean[offsets.length];
    for (int k = 0; k < offsets.length; k++) {
      FailureKind kind = outcomes.failures().get(outcomes.causes()[k]).kind();
      long index = interval.from() + offsets[k];
      boolean wanted = !chunk.job.unwanted.contains(index);
      Ruling ruling = wanted ? Ruling.on(chunk.job, index, kind) : Ruling.FAILED;
      retried[k] = ruling != Ruling.FAILED;
      byRuling[ruling.ordinal()][counts[ruling.ordinal()]++] = offsets[k];
    }
    boolean passesOn = Pipelines.passesOn(chunk.job);
    if (passesOn) {
      Pipelines.keep(turn, chunk, outcomes, retried);
    } else {
      turn.effects.keep(chunk.job.id, chunk.worker.id, outcomes, retried);
    }
    turn.record(
        new TasksEnded(
            chunk.id,
            interval,
            outcomes.combined(),
            ruled(Ruling.FAILED, byRuling, counts),
            ruled(Ruling.TRIES_AGAIN, byRuling, counts),
            ruled(Ruling.TRIES_AGAIN_AFTER_DEATH, byRuling, counts),
            outcomes.elapsedNanos()));
    if (passesOn) {
      Pipelines.passed(turn, chunk.job, outcomes.values());
    }
    for (int k = 0; k < offsets.length; k++) {
      if (retried[k]) {
        Failure failure = outcomes.failures().get(outcomes.causes()[k]);
        pause(turn, chunk.job, interval.from() + offsets[k], failure);
      }
    }
  }

  /** The task waits before it runs again, for as long as it asked at least. */
  private static void pause(Turn turn, Job job, long index, Failure failure) {
    long asked = Math.min(LONGEST_ASKED_MILLIS, failure.retryAfterMillis());
    job.pauseBegins(index, turn.nanos(), asked * 1_000_000);
  }

  /** What a worker had from an index on is an attempt of its own, so that it can be reported. */
  void divided(Turn turn, Attempt chunk, Divided divided) {
    long at = divided.at();
    if (at >= chunk.until) {
      return; // the worker has claimed both parts since
    }
    boolean fits = chunk.load != null && at > chunk.next;
    if (fits && !turn.ledger.attempts.containsKey(divided.rest())) {
      turn.record(new JournalRecord.ChunkDivided(chunk.id, at, divided.rest()));
    } else {
      turn.effects.revoke(chunk.worker.id, chunk.id);
      givenBack(turn, chunk);
    }
  }

  private static int[] ruled(Ruling ruling, int[][] byRuling, int[] counts) {
    return Arrays.copyOf(byRuling[ruling.ordinal()], counts[ruling.ordinal()]);
  }

  /** A tail was taken back. */
  void retracted(Turn turn, Attempt chunk, Retracted retracted) {
    chunk.retracting = false;
    cut(turn, chunk, retracted.until());
  }

  void cut(Turn turn, Attempt chunk, long until) {
    if (until < chunk.until) {
      turn.record(new ChunkCut(chunk.id, Math.max(until, chunk.next)));
    }
  }

  /** Its process ended before it did. */
  void failed(Turn turn, Attempt chunk, AttemptFailed failed) {
    Job job = chunk.job;
    FailureKind kind = failed.failure().kind();
    long suspect = chunk.interval().contains(failed.suspect()) ? failed.suspect() : -1;
    long takenUntil = Math.max(chunk.next, Math.min(chunk.until, failed.takenUntil()));
    if (kind == FailureKind.REJECTED && (suspect < 0 || !job.isCommand())) {
      ends.failed(turn, job, new JobError(JobError.Phase.LOAD, failed.failure()));
    } else if (kind == FailureKind.LOST || job.unwanted.contains(suspect)) {
      givenBack(turn, chunk); // the worker killed it itself, because it leaves
    } else if (chunk.load != null) {
      ioDeaths.processDied(turn, chunk, chunk.load, takenUntil, failed);
    } else if (suspect >= 0) {
      charge(turn, chunk, suspect, takenUntil, failed.failure());
    } else if (takenUntil == chunk.next) {
      nothingRan(turn, chunk, failed.failure());
    } else {
      suspectAll(turn, chunk, takenUntil, takenUntil, failed.failure());
    }
  }

  /**
   * Its worker vanished; only what it had said to be running is to blame.
   *
   * @param sharedIo whether the worker had more than one I/O task
   */
  void workerVanished(Turn turn, Attempt chunk, boolean sharedIo) {
    String message = chunk.worker.id + " vanished while it ran this task";
    Failure failure = Failure.of(FailureKind.LOST, message);
    if (!chunk.started) {
      givenBack(turn, chunk);
    } else if (chunk.load != null) {
      ioDeaths.workerVanished(turn, chunk, chunk.load, sharedIo, failure);
    } else {
      suspectAll(turn, chunk, chunk.until, chunk.next + 1, failure);
    }
  }

  /** Nobody is charged. */
  void givenBack(Turn turn, Attempt chunk) {
    turn.record(new ChunkBroken(chunk.id, chunk.next, -1, false, false, -1, 0));
  }

  /** The process died before it had taken a task. */
  void nothingRan(Turn turn, Attempt chunk, Failure failure) {
    Job job = chunk.job;
    int times = job.loadDeaths + 1;
    givenBack(turn, chunk);
    turn.record(new JournalRecord.LoadDied(job.id, times));
    int limit = Math.max(job.spec.policy().crashLimit(), Policy.DEFAULT.crashLimit());
    if (times >= limit) { // a low limit is about tasks, and none has run
      ends.failed(turn, job, new JobError(JobError.Phase.LOAD, failure));
    }
  }

  /** One of the tasks below {@code until} is to blame: it is charged if it is alone. */
  private void suspectAll(Turn turn, Attempt chunk, long until, long takenUntil, Failure failure) {
    if (until - chunk.next == 1) {
      charge(turn, chunk, chunk.next, until, failure);
    } else {
      long tried = triedUntil(chunk, takenUntil);
      turn.record(new ChunkBroken(chunk.id, tried, -1, false, false, until, 0));
    }
  }

  /** Tries are counted where tasks are taken one by one; of a range only for one that is alone. */
  private static long triedUntil(Attempt chunk, long takenUntil) {
    return chunk.job.takesRanges() ? chunk.next : takenUntil;
  }

  void charge(Turn turn, Attempt chunk, long suspect, long takenUntil, Failure failure) {
    Job job = chunk.job;
    Ruling ruling = Ruling.on(job, suspect, failure.kind());
    if (ruling == Ruling.FAILED) {
      int tryNumber = job.tasks.tries.get(suspect) + 1;
      turn.effects.keepFailure(job.id, chunk.worker.id, suspect, tryNumber, failure);
    }
    turn.record(
        new ChunkBroken(
            chunk.id,
            triedUntil(chunk, takenUntil),
            suspect,
            failure.kind().isDeath(),
            ruling == Ruling.FAILED,
            -1,
            0));
    if (job.tasks.pausing.contains(suspect)) {
      pause(turn, job, suspect, failure);
    }
  }
}
