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

  /** Writes a decision down and moves on by it. */
  void record(JournalRecord record) {
    effects.record(record);
    ledger.apply(record);
  }

  /** A number that no attempt has had. */
  AttemptId newAttempt() {
    return new AttemptId(ledger.epoch(), ++ledger.lastAttempt);
  }
}
