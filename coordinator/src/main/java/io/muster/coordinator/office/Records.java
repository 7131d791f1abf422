package io.muster.coordinator.office;

import io.muster.coordinator.state.ClusterSnapshot;
import io.muster.coordinator.state.JournalRecord;
import java.util.List;

/** Decisions and state as the journal keeps them. */
public interface Records {
  byte[] group(List<JournalRecord> records);

  List<JournalRecord> group(byte[] bytes);

  byte[] snapshot(ClusterSnapshot snapshot);

  ClusterSnapshot snapshot(byte[] bytes);
}
