package io.muster.coordinator.journal;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * What the coordinator and its journal say to each other. The journal is an actor that does nothing
 * but write: it first reads back what is there, then takes one {@link Write} at a time, the next
 * after {@link Written}. The first write after a recovery has to open the epoch. A write that fails
 * is not tried again: the journal stops, and with it the epoch.
 */
public final class Journal {
  private Journal() {}

  /** What the coordinator asks. */
  public sealed interface Command {}

  /**
   * Writes a group as the next record.
   *
   * @param snapshot the whole state after this group, now and then: once saved, what is older goes
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Write(byte[] group, Optional<byte[]> snapshot) implements Command {}

  /** What the journal tells the coordinator. */
  public sealed interface Said {}

  /** While recovering, at most once and first: the state after record {@code sequence}. */
  @SuppressWarnings("ArrayRecordComponent")
  public record SnapshotRead(long sequence, byte[] snapshot) implements Said {}

  /** While recovering: the next record. */
  @SuppressWarnings("ArrayRecordComponent")
  public record GroupRead(long sequence, byte[] group) implements Said {}

  /**
   * All is read. The next write is record {@code epochs.last() + 1} and opens epoch {@code
   * epochs.next()}.
   */
  public record Recovered(JournalId journal, Epochs epochs) implements Said {}

  /** The group is durable. */
  public record Written(long sequence) implements Said {}

  /**
   * Reading or writing failed, or the journal is now another coordinator's; the actor has stopped.
   * Whether the last group was written is unknown: only a new recovery tells.
   */
  public record Failed(Throwable cause) implements Said {}

  /** Starts the journal's actor as a child, which at once starts to recover. */
  public static ActorRef<Command> start(
      ActorContext<?> context, JournalDatabase database, ActorRef<Said> coordinator) {
    return Adapter.toTyped(
        Adapter.actorOf(context, JournalWriter.props(database, coordinator), "journal"));
  }
}
