package io.muster.protocol;

/** Why a task, a step or a chunk did not succeed. */
public enum FailureKind {
  /** The task threw. */
  EXCEPTION,
  /** A command ended with another exit code than 0. */
  EXIT,
  /** Its process died: a JVM that ended by itself, a command ended by a signal. */
  CRASH,
  /** It ran longer than the job's time-out. */
  TIMEOUT,
  /** It needed more memory than the job gives. */
  MEMORY,
  /** Its input can't be decoded or its result can't be encoded. */
  ENCODE,
  /** Its result is larger than the job allows. */
  LIMIT,
  /** Its worker vanished, or had no room for its result. */
  LOST,
  /** It was not started at all: no such class, no such program, no such folder. */
  REJECTED;

  /** Whether running it again cannot help. */
  public boolean isFinal() {
    return this == ENCODE || this == LIMIT || this == REJECTED;
  }

  /** Whether it is counted against {@code --crash-limit} rather than {@code --retries}. */
  public boolean isDeath() {
    return this == CRASH || this == LOST;
  }
}
