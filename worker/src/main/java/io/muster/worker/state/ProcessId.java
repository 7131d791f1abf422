package io.muster.worker.state;

/** Names a task process within one worker; counts up from 1, never used again. */
public record ProcessId(long number) {
  @Override
  public String toString() {
    return "p" + number;
  }
}
