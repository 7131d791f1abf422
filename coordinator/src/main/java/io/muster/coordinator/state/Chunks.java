package io.muster.coordinator.state;

import io.muster.coordinator.state.JournalRecord.ChunkBroken;
import io.muster.coordinator.state.JournalRecord.ChunkCut;
import io.muster.coordinator.state.JournalRecord.TasksEnded;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Retracted;
import java.util.Arrays;

/**
 * What workers report of chunks, and what becomes of their tasks: who succeeded, who is charged
 * with what, where a killer has to be looked for.
 */
final class Chunks {
  private final JobEnds ends;

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
      Ruling ruling = Ruling.on(chunk.job, interval.from() + offsets[k], kind);
      retried[k] = ruling != Ruling.FAILED;
      byRuling[ruling.ordinal()][counts[ruling.ordinal()]++] = offsets[k];
    }
    turn.effects.keep(chunk.job.id, chunk.worker.id, outcomes, retried);
    turn.record(
        new TasksEnded(
            chunk.id,
            interval,
            outcomes.combined(),
            ruled(Ruling.FAILED, byRuling, counts),
            ruled(Ruling.TRIES_AGAIN, byRuling, counts),
            ruled(Ruling.TRIES_AGAIN_AFTER_DEATH, byRuling, counts),
            outcomes.elapsedNanos()));
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
    } else if (suspect >= 0) {
      charge(turn, chunk, suspect, takenUntil, failed.failure());
    } else if (takenUntil == chunk.next) {
      nothingRan(turn, chunk, failed.failure());
    } else {
      suspectAll(turn, chunk, takenUntil, takenUntil, failed.failure());
    }
  }

  /** Its worker vanished; only what it had said to be running is to blame. */
  void workerVanished(Turn turn, Attempt chunk) {
    if (chunk.started) {
      String message = chunk.worker.id + " vanished while it ran this task";
      Failure failure = Failure.of(FailureKind.LOST, message);
      suspectAll(turn, chunk, chunk.until, chunk.next + 1, failure);
    } else {
      givenBack(turn, chunk);
    }
  }

  /** Nobody is charged. */
  void givenBack(Turn turn, Attempt chunk) {
    turn.record(new ChunkBroken(chunk.id, chunk.next, -1, false, false, -1));
  }

  private void nothingRan(Turn turn, Attempt chunk, Failure failure) {
    Job job = chunk.job;
    int times = job.loadDeaths + 1;
    givenBack(turn, chunk);
    turn.record(new JournalRecord.LoadDied(job.id, times));
    if (times >= job.spec.policy().crashLimit()) {
      ends.failed(turn, job, new JobError(JobError.Phase.LOAD, failure));
    }
  }

  /** One of the tasks below {@code until} is to blame: it is charged if it is alone. */
  private void suspectAll(Turn turn, Attempt chunk, long until, long takenUntil, Failure failure) {
    if (until - chunk.next == 1) {
      charge(turn, chunk, chunk.next, until, failure);
    } else {
      long tried = triedUntil(chunk, takenUntil);
      turn.record(new ChunkBroken(chunk.id, tried, -1, false, false, until));
    }
  }

  /** Tries are counted where tasks are taken one by one; of a range only for one that is alone. */
  private static long triedUntil(Attempt chunk, long takenUntil) {
    return chunk.job.takesRanges() ? chunk.next : takenUntil;
  }

  private void charge(Turn turn, Attempt chunk, long suspect, long takenUntil, Failure failure) {
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
            -1));
  }
}
