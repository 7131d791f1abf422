package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker.Assign;
import org.jspecify.annotations.Nullable;

/** An attempt of I/O tasks, as it was assigned or came about by division. */
final class IoChunk {
  /** What was assigned at once, however often it was divided since. */
  static final class Assigned {
    final Assign assign;
    boolean inputsThere;

    /** The attempts that it is now. */
    int attempts = 1;

    Assigned(Assign assign) {
      this.assign = assign;
      inputsThere = Chunk.large(assign).isEmpty();
    }
  }

  final AttemptId attempt;
  final Assigned assigned;
  final Job job;
  long until;
  long reportedUntil;

  /** Where it runs; null while it waits. */
  @Nullable IoProcess process;

  /** Whether the process has it. */
  boolean handed;

  IoChunk(AttemptId attempt, Assigned assigned, Job job, Interval interval) {
    this.attempt = attempt;
    this.assigned = assigned;
    this.job = job;
    this.until = interval.until();
    this.reportedUntil = interval.from();
  }

  boolean isAlone() {
    return assigned.assign.alone();
  }

  long unreported() {
    return until - reportedUntil;
  }
}
