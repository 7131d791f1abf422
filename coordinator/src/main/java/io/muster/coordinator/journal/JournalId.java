package io.muster.coordinator.journal;

/**
 * Made at random with a journal and never changed: a worker that meets another journal drops what
 * it holds.
 */
public record JournalId(String value) {
  public JournalId {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a journal's id is not empty");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
