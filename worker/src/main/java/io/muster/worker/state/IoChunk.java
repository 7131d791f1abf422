package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker.Assign;
import java.util.LinkedHashSet;
import java.util.Set;
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

  /**
   * Runs in a process with nothing but the likes of it of its job: one of its tasks, or the loading
   * of its job's program, may have killed another.
   */
  boolean apart;

  /** Tasks that are to be stopped once its process has it. */
  final Set<Long> unwanted = new LinkedHashSet<>();

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
    this.apart = assigned.assign.alone();
  }

  /** What is divided off it, from an index on. */
  IoChunk divideAt(long at, AttemptId rest) {
    IoChunk tail = new IoChunk(rest, assigned, job, new Interval(at, until));
    tail.process = process;
    tail.handed = handed;
    until = at;
    assigned.attempts++;
    return tail;
  }

  /** What is said of the parts of an assignment is said in one order. */
  AttemptId assignment() {
    return assigned.assign.attempt();
  }

  boolean isReady() {
    return process == null && assigned.inputsThere && job.files == Job.Files.THERE;
  }

  /** Whether this task is its, and has not been reported. */
  boolean isToReport(long index) {
    return reportedUntil <= index && index < until;
  }

  /** Tasks that have not been reported. */
  long unreported() {
    return until - reportedUntil;
  }
}
