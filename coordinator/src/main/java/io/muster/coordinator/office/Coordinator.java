package io.muster.coordinator.office;

import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.journal.Epochs;
import io.muster.coordinator.journal.Journal;
import io.muster.coordinator.journal.JournalId;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.state.Now;
import io.muster.coordinator.store.GroupTag;
import io.muster.coordinator.wire.JournalWire;
import io.muster.coordinator.wire.SnapshotWire;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.node.turn.AtOnce;
import io.muster.protocol.BlobId;
import io.muster.protocol.Registration;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.WorkerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The active coordinator: reads the journal, opens an epoch, and from then on gives each message to
 * the {@link Office} and writes what gathered there, one group at a time. Ends when a write fails:
 * whether it happened is unknown then, so that only reading the journal again can tell.
 */
public final class Coordinator extends AbstractBehavior<Coordinator.Command> {
  /** From here a group is written although nobody waits for it. */
  private static final int LARGE_RECORDS = 4_000;

  private static final long LARGE_BYTES = 2L << 20;
  private static final String GATHER = "gather";
  private static final String TICK = "tick";

  /** What it is told. */
  public sealed interface Command {}

  record Ask(Inquiry<?> inquiry) implements Command {}

  /** A client says something to its session. */
  record SessionSaid(
      String session, SessionClient client, boolean counted, Office.SessionRequest request)
      implements Command {}

  /** Which blobs sessions need. */
  record SessionBlobs(CompletableFuture<Set<BlobId>> answer) implements Command {}

  /** A client opens its session, or goes on with it. */
  record SessionConnected(String session, SessionClient client) implements Command {}

  /** A worker wants a link, which is to be answered. */
  public record Register(Registration registration, Link link) implements Command {}

  /** The next items of a link, the last of them with this number. */
  public record Said(WorkerId worker, Link link, List<ToCoordinator> items, long through)
      implements Command {}

  /** A link is over. */
  public record Lost(WorkerId worker, Link link, String reason) implements Command {}

  /** Write what gathered, then end. */
  public record Stop() implements Command {}

  private record JournalSaid(Journal.Said said) implements Command {}

  private record Stored(@Nullable Throwable failure) implements Command {}

  private record GatherOver() implements Command {}

  private record Tick() implements Command {}

  /** A job may start something by its rate. */
  private record Rung() implements Command {}

  private final OfficeSettings settings;
  private final TimerScheduler<Command> timers;
  private final Watchers watchers = new Watchers();
  private final ActorRef<Journal.Command> journal;
  private final Gathering gathering;
  private final SnapshotPace pace;
  private final Alarm alarm;

  private ClusterState state = new ClusterState();
  private @Nullable Office office;
  private @Nullable ActorDesk desk;
  private long epoch;
  private long sequence;
  private byte[] group = {};
  private Optional<byte[]> snapshot = Optional.empty();
  private @Nullable Long tickAt;
  private long gatherStarted;
  private boolean serving;
  private boolean stopping;
  private boolean over;

  /** Starts to recover at once. */
  public static Behavior<Command> create(OfficeSettings settings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Coordinator(context, timers, settings)));
  }

  private Coordinator(
      ActorContext<Command> context, TimerScheduler<Command> timers, OfficeSettings settings) {
    super(context);
    this.settings = settings;
    this.timers = timers;
    gathering = new Gathering(settings.store()::group);
    pace = new SnapshotPace(settings.snapshotEvents(), settings.snapshotBytes());
    ActorRef<Command> self = context.getSelf();
    alarm = new Alarm(() -> self.tell(new Rung()));
    journal =
        settings
            .journal()
            .apply(context, context.messageAdapter(Journal.Said.class, JournalSaid::new));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::asked)
        .onMessage(SessionBlobs.class, m -> turn(o -> m.answer().complete(o.sessions().blobs())))
        .onMessage(SessionConnected.class, this::sessionConnected)
        .onMessage(
            SessionSaid.class,
            m -> turn(o -> o.said(m.session(), m.client(), m.counted(), m.request(), now())))
        .onMessage(Register.class, m -> turn(o -> o.registered(m.registration(), m.link(), now())))
        .onMessage(
            Said.class,
            m -> turn(o -> o.received(m.worker(), m.link(), m.items(), m.through(), now())))
        .onMessage(Lost.class, this::lost)
        .onMessage(JournalSaid.class, m -> journalSaid(m.said()))
        .onMessage(Stored.class, this::stored)
        .onMessage(GatherOver.class, m -> gatherOver())
        .onMessage(Tick.class, m -> ticked())
        .onMessage(Rung.class, m -> rung())
        .onMessage(Stop.class, m -> stop())
        .build();
  }

  private interface Happening {
    void in(Office office);
  }

  /** One message for the office, and what is to be done after each. */
  private Behavior<Command> turn(Happening happening) {
    Office open = office;
    if (open == null || over) {
      return this;
    }
    try {
      happening.in(open);
      return afterTurn();
    } catch (RuntimeException broken) {
      getContext().getLog().error("the coordinator's state is broken", broken);
      return ended(broken);
    }
  }

  private Behavior<Command> afterTurn() {
    write(gathering.isUrgent() || gathering.isLargerThan(LARGE_RECORDS, LARGE_BYTES) || stopping);
    if (stopping && !gathering.isWriting()) {
      return end();
    }
    Long next = office == null ? null : office.nextTick();
    if (next != null && (tickAt == null || next < tickAt)) {
      tickAt = next;
      long nanos = Math.max(0, next - System.nanoTime());
      timers.startSingleTimer(TICK, new Tick(), Duration.ofNanos(nanos));
    }
    alarm.set(office == null ? null : office.state().nextStart());
    return this;
  }

  private Behavior<Command> rung() {
    alarm.over();
    return turn(o -> o.tick(now()));
  }

  private Behavior<Command> ticked() {
    tickAt = null;
    return turn(o -> o.tick(now()));
  }

  private Behavior<Command> lost(Lost lost) {
    getContext().getLog().info("the link of {} is over: {}", lost.worker(), lost.reason());
    return turn(o -> o.lost(lost.worker(), lost.link(), now()));
  }

  private Behavior<Command> asked(Ask ask) {
    if (!serving || stopping || over) {
      ask.inquiry().answer().completeExceptionally(new NotActive("no coordinator is active here"));
      return this;
    }
    return turn(o -> o.asked(ask.inquiry(), now()));
  }

  private Behavior<Command> sessionConnected(SessionConnected connected) {
    if (!serving || stopping || over) {
      connected.client().over(new NotActive("no coordinator is active here"));
      return this;
    }
    return turn(o -> o.sessions().connected(connected.session(), connected.client()));
  }

  private Behavior<Command> journalSaid(Journal.Said said) {
    if (over) {
      return this;
    }
    try {
      if (said instanceof Journal.SnapshotRead read) {
        state = ClusterState.restored(SnapshotWire.fromBytes(read.snapshot()));
      } else if (said instanceof Journal.GroupRead read) {
        for (JournalRecord record : JournalWire.fromBytes(read.group())) {
          state.replayed(record);
        }
        pace.wrote(read.group().length);
      } else if (said instanceof Journal.Recovered recovered) {
        return recovered(recovered.journal(), recovered.epochs());
      } else if (said instanceof Journal.Written) {
        return written();
      } else if (said instanceof Journal.Failed failed) {
        return ended(failed.cause());
      }
      return this;
    } catch (RuntimeException e) {
      getContext().getLog().error("the journal does not fit", e);
      return ended(e);
    }
  }

  private Behavior<Command> recovered(JournalId id, Epochs epochs) {
    try {
      settings.store().open(epochs, state.jobs().stream().map(JobView::id).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("the store cannot be opened", e);
    }
    epoch = epochs.next();
    sequence = epochs.last() + 1;
    office =
        new Office(
            state, gathering, watchers, settings.store(), settings.sessionSilence(), this::owner);
    getContext().getLog().info("opens epoch {} of journal {}, {}", epoch, id, epochs);
    return turn(o -> o.opened(epoch, id.value(), sequence, now()));
  }

  private LinkOwner<ToCoordinator> owner(WorkerId worker, Link link) {
    ActorRef<Command> self = getContext().getSelf();
    return new LinkOwner<>() {
      @Override
      public void received(List<ToCoordinator> items, long through) {
        AtOnce.tell(self, new Said(worker, link, items, through));
      }

      @Override
      public void over(String reason) {
        self.tell(new Lost(worker, link, reason));
      }
    };
  }

  private void serve() {
    serving = true;
    desk = new ActorDesk(getContext().getSelf(), String.valueOf(state.journal()), watchers);
    settings.opened().opened(getContext().getSelf(), desk);
  }

  private Behavior<Command> gatherOver() {
    gatherStarted = 0;
    return over ? this : turn(o -> write(true));
  }

  /**
   * Starts to write what gathered, if it is to be now and nothing is being written; otherwise sees
   * to it that it will be.
   */
  private void write(boolean now) {
    if (gathering.isWriting() || !gathering.isGathering()) {
      return;
    }
    if (!now) {
      if (gatherStarted == 0) {
        gatherStarted = System.nanoTime();
        timers.startSingleTimer(GATHER, new GatherOver(), settings.gather());
      }
      return;
    }
    timers.cancel(GATHER);
    gatherStarted = 0;
    Group cut = gathering.cut().orElseThrow();
    group = JournalWire.toBytes(cut.records());
    snapshot =
        pace.wrote(group.length) && serving
            ? Optional.of(SnapshotWire.toBytes(state.snapshot()))
            : Optional.empty();
    settings.meter().writing(cut.records().size(), cut.bytes().size() + group.length);
    if (cut.bytes().isEmpty()) {
      journal.tell(new Journal.Write(group, snapshot));
    } else {
      getContext()
          .pipeToSelf(
              settings.store().append(new GroupTag(epoch, sequence), cut.bytes()),
              (done, failure) -> new Stored(failure));
    }
  }

  private Behavior<Command> stored(Stored stored) {
    if (over) {
      return this;
    }
    if (stored.failure() != null) {
      return ended(stored.failure());
    }
    journal.tell(new Journal.Write(group, snapshot));
    return this;
  }

  private Behavior<Command> written() {
    sequence++;
    settings.meter().written();
    return turn(
        o -> {
          gathering.written();
          if (!serving) {
            serve();
          }
        });
  }

  private Behavior<Command> stop() {
    stopping = true;
    if (office == null || over) {
      return end();
    }
    return afterTurn();
  }

  /** The epoch ends here, with a reason. */
  private Behavior<Command> ended(Throwable cause) {
    over = true;
    settings.ended().accept(cause);
    return end();
  }

  private Behavior<Command> end() {
    over = true;
    settings.opened().closed();
    alarm.close();
    if (office != null) {
      office.abandon();
    }
    if (desk != null) {
      desk.close();
    }
    return Behaviors.stopped();
  }

  private static Now now() {
    return new Now(System.nanoTime(), System.currentTimeMillis());
  }
}
