package io.muster.worker.state;

import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import org.jspecify.annotations.Nullable;

/** A task process, from the wish to have it until it is gone. */
final class Process {
  /** How far it is. */
  enum Stage {
    STARTING,
    /** Up, with no program yet. */
    BLANK,
    LOADING,
    /** Has its job's program and runs nothing. */
    IDLE,
    BUSY,
    /** Forgets the program of a job that is over. */
    UNLOADING
  }

  final ProcessId id;
  final ProcessNeeds needs;
  Stage stage = Stage.STARTING;
  @Nullable JobId job;
  @Nullable Chunk chunk;
  @Nullable Step step;

  /** Why it is being killed; while null it lives. */
  @Nullable Death death;

  @Nullable Failure loadFailure;

  /** Of the jobs that it ran, while it has none and may get another of the same code. */
  @Nullable Code code;

  /** How many jobs it has run. */
  int jobs;

  /** Tasks of the chunks that it has ended. */
  long ran;

  Process(ProcessId id, ProcessNeeds needs) {
    this.id = id;
    this.needs = needs;
  }

  /** Nobody's yet. */
  boolean isBlank() {
    return job == null && code == null;
  }

  boolean isFree() {
    return chunk == null && step == null && death == null;
  }
}
