package io.muster.coordinator.journal;

import io.muster.coordinator.journal.Journal.Failed;
import io.muster.coordinator.journal.Journal.GroupRead;
import io.muster.coordinator.journal.Journal.Recovered;
import io.muster.coordinator.journal.Journal.Said;
import io.muster.coordinator.journal.Journal.SnapshotRead;
import io.muster.coordinator.journal.Journal.Write;
import io.muster.coordinator.journal.Journal.Written;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Status;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/** The one actor that reads and writes the stream. */
final class JournalWriter extends AbstractPersistentActor {
  static final String STREAM = "coordinator";

  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private final JournalDatabase database;
  private final ActorRef<Said> coordinator;
  private long read;
  private boolean opened;

  private JournalWriter(JournalDatabase database, ActorRef<Said> coordinator) {
    this.database = database;
    this.coordinator = coordinator;
  }

  static Props props(JournalDatabase database, ActorRef<Said> coordinator) {
    return Props.create(JournalWriter.class, () -> new JournalWriter(database, coordinator));
  }

  @Override
  public String persistenceId() {
    return STREAM;
  }

  @Override
  public String journalPluginId() {
    return "jdbc-journal";
  }

  @Override
  public String snapshotPluginId() {
    return "jdbc-snapshot-store";
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(SnapshotOffer.class, this::snapshotRead)
        .match(JournalRecord.class, this::recordRead)
        .match(RecoveryCompleted.class, end -> recovered())
        .build();
  }

  private void snapshotRead(SnapshotOffer offer) {
    read = offer.metadata().sequenceNr();
    coordinator.tell(new SnapshotRead(read, ((JournalRecord) offer.snapshot()).bytes()));
  }

  /** A gap means that another coordinator deletes what is read: it has to be read again. */
  private void recordRead(JournalRecord record) {
    if (lastSequenceNr() != read + 1) {
      throw new IllegalStateException(
          "the journal goes on at " + lastSequenceNr() + " after " + read);
    }
    read = lastSequenceNr();
    coordinator.tell(new GroupRead(read, record.bytes()));
  }

  private void recovered() {
    if (lastSequenceNr() != read) {
      throw new IllegalStateException(
          "the journal ends at " + lastSequenceNr() + ", and was read to " + read);
    }
    Patterns.pipe(database.epochs(read).toCompletableFuture(), getContext().dispatcher())
        .to(getSelf());
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Epochs.class, epochs -> coordinator.tell(new Recovered(database.id(), epochs)))
        .match(Write.class, this::write)
        .match(Status.Failure.class, this::failed)
        .match(SaveSnapshotSuccess.class, saved -> trim(saved.metadata().sequenceNr()))
        .match(
            SaveSnapshotFailure.class,
            failure -> LOG.warn("snapshot not saved; the next one may be", failure.cause()))
        .matchAny(other -> {})
        .build();
  }

  private void write(Write write) {
    persist(
        new JournalRecord(!opened, write.group()),
        record -> {
          opened = true;
          coordinator.tell(new Written(lastSequenceNr()));
          write.snapshot().ifPresent(bytes -> saveSnapshot(new JournalRecord(false, bytes)));
        });
  }

  private void failed(Status.Failure failure) {
    coordinator.tell(new Failed(failure.cause()));
    getContext().stop(getSelf());
  }

  private void trim(long until) {
    deleteSnapshots(SnapshotSelectionCriteria.create(until - 1, Long.MAX_VALUE));
    database.trim(until);
  }

  @Override
  public void onPersistFailure(Throwable cause, Object event, long sequence) {
    coordinator.tell(new Failed(cause));
  }

  @Override
  public void onPersistRejected(Throwable cause, Object event, long sequence) {
    coordinator.tell(new Failed(cause));
    getContext().stop(getSelf());
  }

  @Override
  public void onRecoveryFailure(Throwable cause, Option<Object> event) {
    coordinator.tell(new Failed(cause));
  }
}
