package io.muster.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.journal.Journal.Failed;
import io.muster.coordinator.journal.Journal.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  @Test
  void whatWasWrittenIsReadBackInOrder() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    JournalId id;
    try (JournalNode node = new JournalNode(place)) {
      assertThat(node.recovered.epochs().next()).isEqualTo(1);
      assertThat(node.recovered.epochs().last()).isZero();
      for (int i = 1; i <= 3; i++) {
        assertThat(node.write(100 + i)).isEqualTo(new Written(i));
      }
      id = node.recovered.journal();
    }
    try (JournalNode node = new JournalNode(place)) {
      assertThat(node.groups).containsExactly(101L, 102L, 103L);
      assertThat(node.recovered.journal()).isEqualTo(id);
      assertThat(node.recovered.epochs().next()).isEqualTo(2);
      assertThat(node.write(104)).isEqualTo(new Written(4));
    }
  }

  @Test
  void anEpochIsKnownByItsFirstRecord() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode node = new JournalNode(place)) {
      node.write(1);
      node.write(2);
    }
    try (JournalNode node = new JournalNode(place)) {
      node.write(3);
    }
    try (JournalNode node = new JournalNode(place)) {
      Epochs epochs = node.recovered.epochs();
      assertThat(epochs.next()).isEqualTo(3);
      assertThat(epochs.wrote(1, 2)).isTrue();
      assertThat(epochs.wrote(1, 3)).isFalse();
      assertThat(epochs.wrote(2, 3)).isTrue();
      assertThat(epochs.wrote(2, 4)).isFalse();
      assertThat(epochs.wrote(3, 4)).isFalse();
    }
  }

  @Test
  void afterASnapshotOnlyWhatFollowsItIsReadBack() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode node = new JournalNode(place)) {
      node.write(1);
      node.write(2);
      node.write(3, Optional.of(new byte[] {7}));
      node.write(4);
      node.kit.createTestProbe().awaitAssert(JournalNode.PATIENCE, () -> onlyLeft(place, "1,3,4"));
    }
    try (JournalNode node = new JournalNode(place)) {
      assertThat(node.snapshot)
          .hasValueSatisfying(read -> assertThat(read.sequence()).isEqualTo(3));
      assertThat(node.groups).containsExactly(4L);
      assertThat(node.recovered.epochs().last()).isEqualTo(4);
      assertThat(node.recovered.epochs().next()).isEqualTo(2);
    }
  }

  private static Void onlyLeft(JournalPlace place, String numbers) {
    try (Connection connection = DriverManager.getConnection(place.url());
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT LISTAGG(\"sequence_number\", ',') WITHIN GROUP (ORDER BY"
                        + " \"sequence_number\") FROM \"event_journal\"")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo(numbers);
      return null;
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOlderOfTwoWritersRecordsNothingAfterTheNewerOpenedItsEpoch() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode older = new JournalNode(place)) {
      older.write(1);
      older.write(2);
      try (JournalNode newer = new JournalNode(place)) {
        assertThat(newer.write(33)).isEqualTo(new Written(3));
        newer.write(34);

        assertThat(older.write(3)).isInstanceOf(Failed.class);
      }
      older.recover();
      assertThat(older.groups).containsExactly(1L, 2L, 33L, 34L);
      assertThat(older.recovered.epochs().wrote(1, 3)).isFalse();
    }
  }

  @Test
  void theOlderWriterIsFencedEvenWhenTheNewerHasDeletedWhatItWrote() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode older = new JournalNode(place)) {
      older.write(1);
      older.write(2);
      try (JournalNode newer = new JournalNode(place)) {
        newer.write(33);
        newer.write(34);
        newer.write(35, Optional.of(new byte[] {7}));
        newer.write(36);
        newer
            .kit
            .createTestProbe()
            .awaitAssert(JournalNode.PATIENCE, () -> onlyLeft(place, "1,3,5,6"));

        assertThat(older.write(3)).isInstanceOf(Failed.class);
      }
    }
  }

  @Test
  void afterAFailedWriteAnotherRecoveryReadsWhatIsThere() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode node = new JournalNode(place)) {
      node.write(1);
      try (Connection connection = DriverManager.getConnection(place.url())) {
        connection
            .createStatement()
            .execute("ALTER TABLE \"event_journal\" RENAME TO \"elsewhere\"");
        assertThat(node.write(2)).isInstanceOf(Failed.class);
        connection
            .createStatement()
            .execute("ALTER TABLE \"elsewhere\" RENAME TO \"event_journal\"");
      }
      node.recover();
      assertThat(node.groups).containsExactly(1L);
      assertThat(node.write(22)).isEqualTo(new Written(2));
    }
  }

  /** A row may be seen before it is on the disk: what is before a snapshot goes after that. */
  @Test
  void aLargeGroupAndALargeSnapshotAreKept() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    try (JournalNode node = new JournalNode(place)) {
      node.write(1);
      node.write(2);
      node.journal.tell(
          new Journal.Write(
              JournalNode.bytes(3, 8 << 20), Optional.of(JournalNode.bytes(4, 12 << 20))));
      assertThat(node.said()).isEqualTo(new Written(3));
      node.write(5);
      node.kit.createTestProbe().awaitAssert(JournalNode.PATIENCE, () -> onlyLeft(place, "1,3,4"));
    }
    try (JournalNode node = new JournalNode(place)) {
      assertThat(node.snapshot)
          .hasValueSatisfying(read -> assertThat(read.snapshot()).hasSize(12 << 20));
      assertThat(node.groups).containsExactly(5L);
    }
  }

  @Test
  void aJournalOfANewerFormatIsRefused() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    JournalDatabase.open(place).close();
    try (Connection connection = DriverManager.getConnection(place.url())) {
      connection
          .createStatement()
          .execute("UPDATE \"muster_journal\" SET \"value\" = '2' WHERE \"name\" = 'format'");
    }
    assertThatThrownBy(() -> JournalDatabase.open(place))
        .isInstanceOf(JournalRefused.class)
        .hasMessage(
            "the journal has format 2, this coordinator reads format 1: use the coordinator that"
                + " wrote it, or another journal");
  }

  @Test
  void aDamagedJournalIsSaidToBeDamaged() throws Exception {
    JournalPlace place = new JournalPlace.Embedded(folder);
    JournalDatabase.open(place).close();
    Path file = folder.resolve("journal.mv.db");
    byte[] whole = Files.readAllBytes(file);
    byte[] allGarbage = whole.clone();
    Arrays.fill(allGarbage, (byte) 'x');
    for (byte[] damaged : List.of(allGarbage, Arrays.copyOf(whole, 5000))) {
      Files.write(file, damaged);
      assertThatThrownBy(() -> JournalDatabase.open(place))
          .isInstanceOf(JournalRefused.class)
          .hasMessageContaining(
              "journal is damaged: restore a copy of the data folder, or start with another --data");
    }
  }

  @Test
  void aDatabaseThatForgetsAcknowledgedCommitsIsRefused() {
    JournalPlace place = new JournalPlace.Shared("jdbc:h2:file:" + folder.resolve("j"));
    assertThatThrownBy(() -> JournalDatabase.open(place))
        .isInstanceOf(JournalRefused.class)
        .hasMessageContaining("WRITE_DELAY=0");
  }

  @Test
  void aDatabaseThatIsNotThereIsOneLineWithoutThePassword() {
    JournalPlace place =
        new JournalPlace.Shared("jdbc:postgresql://127.0.0.1:1/muster?user=me&password=secret");
    assertThatThrownBy(() -> JournalDatabase.open(place))
        .isInstanceOf(JournalRefused.class)
        .hasMessageStartingWith(
            "the journal jdbc:postgresql://127.0.0.1:1/muster cannot be reached")
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anotherKindOfDatabaseIsRefused() {
    assertThatThrownBy(() -> new JournalPlace.Shared("jdbc:mysql://host/db"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jdbc:mysql://host/db");
  }
}
