package io.muster.coordinator.office;

/** Is told of every write to the journal. */
public interface JournalMeter {
  /** A group is handed to store and journal. */
  void writing(int records, long bytes);

  /** It is durable. */
  void written();
}
