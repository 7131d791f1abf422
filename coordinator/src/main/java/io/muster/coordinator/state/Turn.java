package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;

/** One call that is being decided: when it is, what it says to the world, what it writes down. */
final class Turn {
  final Ledger ledger;
  final Now now;
  final Effects effects;

  Turn(Ledger ledger, Now now, Effects effects) {
    this.ledger = ledger;
    this.now = now;
    this.effects = effects;
    ledger.now = now.monotonicNanos();
  }

  long nanos() {
    return now.monotonicNanos();
  }

  /**
   * Writes a decision down and moves on by it. Of a session's job nothing is written but that its
   * number is taken.
   */
  void record(JournalRecord record) {
    if (record instanceof JournalRecord.JobSubmitted || !ledger.isOfSession(record)) {
      effects.record(record);
    }
    ledger.apply(record);
  }

  /** The first of so many numbers in a row that no attempt has had. */
  AttemptId newAttempts(long count) {
    AttemptId first = new AttemptId(ledger.epoch(), ledger.lastAttempt + 1);
    ledger.lastAttempt += count;
    return first;
  }

  /** Something of the job is handed out. */
  void started(Job job) {
    if (job.started == null) {
      record(new JournalRecord.JobStarted(job.id, now.wallMillis()));
    }
    if (job.stage != null && job.stage.whole().started == null) {
      record(new JournalRecord.JobStarted(job.stage.whole().id, now.wallMillis()));
    }
  }
}
