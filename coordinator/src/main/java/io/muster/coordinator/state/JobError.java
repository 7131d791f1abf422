package io.muster.coordinator.state;

import io.muster.protocol.Failure;
import io.muster.protocol.ToWorker.Step;

/** What failed of a job beside its tasks. */
public record JobError(Phase phase, Failure failure) {
  /** Which part of the program it was. */
  public enum Phase {
    /** It could not be loaded at all. */
    LOAD,
    SPLIT,
    COMBINE,
    REDUCE;

    static Phase of(Step step) {
      return switch (step) {
        case SPLIT -> SPLIT;
        case COMBINE -> COMBINE;
        case REDUCE -> REDUCE;
      };
    }
  }
}
