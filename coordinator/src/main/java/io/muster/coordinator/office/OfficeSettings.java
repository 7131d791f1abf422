package io.muster.coordinator.office;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.journal.Journal;
import io.muster.coordinator.store.Store;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What a coordinator works with.
 *
 * @param journal starts the journal's actor as a child
 * @param gather how long decisions gather when nobody waits for them
 * @param sessionSilence after so long without a connection a client's session is over
 * @param snapshotEvents groups after which a snapshot is taken
 * @param snapshotBytes of journal after which a snapshot is taken
 * @param opened told when it serves, and when it ends
 * @param ended told why, when it ends other than by {@link Coordinator.Stop}; called on its thread
 */
public record OfficeSettings(
    BiFunction<ActorContext<?>, ActorRef<Journal.Said>, ActorRef<Journal.Command>> journal,
    Store store,
    Duration gather,
    Duration sessionSilence,
    long snapshotEvents,
    long snapshotBytes,
    JournalMeter meter,
    Opening opened,
    Consumer<Throwable> ended) {

  /** Who has to know whether a coordinator is active here. Called on the coordinator's thread. */
  public interface Opening {
    /** Workers may register, clients may ask. */
    void opened(ActorRef<Coordinator.Command> coordinator, Desk desk);

    /** No longer. */
    void closed();
  }
}
