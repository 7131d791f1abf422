package io.muster.coordinator.store;

/** From which task of a pipeline's first stage the inputs of a later one came. One thread. */
public interface Lines {
  /** The first stage's task that this input came from. */
  long of(long index);
}
