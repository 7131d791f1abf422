package io.muster.coordinator.office;

/** Something that reveals a fact, held until the fact is in the journal. */
interface Release {
  /** The fact is durable. */
  void released();

  /** The epoch ended before; whether it is durable is unknown. */
  default void abandoned() {}
}
