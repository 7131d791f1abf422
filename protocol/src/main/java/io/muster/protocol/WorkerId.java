package io.muster.protocol;

/**
 * Names one run of a worker process; given out by the coordinator at registration, never used
 * again.
 */
public record WorkerId(String value) {
  public WorkerId {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a worker id is not blank");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
