package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker.Step;
import org.jspecify.annotations.Nullable;

/** A chunk or a step in the hands of a worker: what of it has not ended is [next, until). */
final class Attempt {
  final AttemptId id;
  final Job job;
  final ConnectedWorker worker;

  /** Null for a chunk. */
  final @Nullable Step step;

  /** Changed by the job, which keeps its attempts in this order. */
  long next;

  long until;
  boolean started;

  /** When it was sent, or when this coordinator took office. */
  long assignedAt;

  /** When something was last heard of it. */
  long progressAt;

  /** Of an I/O job: what its worker has of the job. */
  @Nullable IoLoad load;

  /** Its tasks are suspects and run in a process of their own. */
  boolean alone;

  /** It was asked for its tail and has not answered. */
  boolean retracting;

  Attempt(
      AttemptId id,
      Job job,
      ConnectedWorker worker,
      @Nullable Step step,
      Interval interval,
      long now) {
    this.id = id;
    this.job = job;
    this.worker = worker;
    this.step = step;
    next = interval.from();
    until = interval.until();
    assignedAt = now;
    progressAt = now;
  }

  long remaining() {
    return until - next;
  }

  Interval interval() {
    return new Interval(next, until);
  }

  @Override
  public String toString() {
    return id
        + " of job "
        + job.id
        + " on "
        + worker.id
        + (step == null ? " [" + next + ", " + until + ")" : " " + step);
  }
}
