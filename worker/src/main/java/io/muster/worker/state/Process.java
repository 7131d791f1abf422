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
    BUSY
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

  /** Tasks of the chunks that it has ended. */
  long ran;

  Process(ProcessId id, ProcessNeeds needs) {
    this.id = id;
    this.needs = needs;
  }

  boolean isFree() {
    return chunk == null && step == null && death == null;
  }
}
