package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.state.InputSizes;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Messages;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.JobEnded;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.JobSnapshot;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JournalGroup;
import io.muster.protocol.wire.v1.JournalRecord;
import io.muster.protocol.wire.v1.Snapshot;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a damaged journal, or one of a newer version, may hold. */
class JournalFuzzTest {
  @Test
  void aRecordWithoutItsJobIsRefusedAsUnreadable() {
    byte[] recordOfJob0 = HexFormat.of().parseHex("0a07a201040a0210070a022a00");
    assertThatThrownBy(() -> JournalWire.fromBytes(recordOfJob0))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessage("a journal record that can't be read: a job id starts at 1, not 0");
    byte[] snapshotOfJob0 =
        Snapshot.newBuilder().addJobs(JobSnapshot.getDefaultInstance()).build().toByteArray();
    assertThatThrownBy(() -> SnapshotWire.fromBytes(snapshotOfJob0))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessageStartingWith("a snapshot that can't be read: ");
  }

  @Test
  void anUnknownPhaseAndHalfAPairOfMarksAreUnreadableToo() {
    byte[] unknownPhase =
        JournalGroup.newBuilder()
            .addRecords(
                JournalRecord.newBuilder()
                    .setJobEnded(
                        JobEnded.newBuilder()
                            .setJob(1)
                            .setState(JobState.JOB_STATE_FAILED)
                            .setError(JobError.newBuilder().setPhase("a\nb"))))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> JournalWire.fromBytes(unknownPhase))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessageStartingWith("a journal record that can't be read: ")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> InputSizes.ofMarks(1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

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
