package io.muster.coordinator.wire;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Messages;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.JournalGroup;
import io.muster.protocol.wire.v1.Snapshot;
import org.junit.jupiter.api.Test;

/** What a damaged journal, or one of a newer version, may hold. */
class JournalFuzzTest {
  @Test
  void records() {
    Fuzz.feed(
        "journal records",
        Messages.of(JournalGroup.getDefaultInstance()),
        JournalWire::fromBytes,
        UnknownMessageException.class);
  }

  @Test
  void snapshots() {
    Fuzz.feed(
        "journal snapshots",
        Messages.of(Snapshot.getDefaultInstance()),
        SnapshotWire::fromBytes,
        UnknownMessageException.class);
  }
}
