package io.muster.coordinator.office;

import com.typesafe.config.ConfigFactory;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.journal.Epochs;
import io.muster.coordinator.journal.Journal;
import io.muster.coordinator.journal.JournalId;
import io.muster.coordinator.store.FileStore;
import io.muster.coordinator.store.Store;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A coordinator with a real store, a journal that forgets, and workers that are done at once. */
public final class TestOffice implements AutoCloseable {
  private final ActorTestKit kit =
      ActorTestKit.create("office", ConfigFactory.parseString("pekko.loglevel = OFF"));
  private final FileStore store;
  private final Reception reception = new Reception();
  private final ActorRef<Coordinator.Command> coordinator;

  public TestOffice(Path folder) {
    store = new FileStore(folder);
    coordinator =
        kit.spawn(
            Coordinator.create(
                new OfficeSettings(
                    (context, said) -> context.spawn(journal(said), "journal"),
                    store,
                    Duration.ofMillis(5),
                    Duration.ofSeconds(60),
                    1_000,
                    1 << 20,
                    new JournalMeter() {
                      @Override
                      public void writing(int records, long bytes) {}

                      @Override
                      public void written() {}
                    },
                    new OfficeSettings.Opening() {
                      @Override
                      public void opened(ActorRef<Coordinator.Command> self, Desk desk) {
                        reception.open(desk);
                      }

                      @Override
                      public void closed() {
                        reception.close();
                      }
                    },
                    cause -> {})));
    reception.opened().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static Behavior<Journal.Command> journal(ActorRef<Journal.Said> said) {
    return Behaviors.setup(
        context -> {
          said.tell(new Journal.Recovered(new JournalId("j"), new Epochs(new long[0], 0)));
          long[] sequence = {0};
          return Behaviors.receiveMessage(
              message -> {
                said.tell(new Journal.Written(++sequence[0]));
                return Behaviors.same();
              });
        });
  }

  public Reception reception() {
    return reception;
  }

  public Store store() {
    return store;
  }

  /** The coordinator's term ends. */
  public void end() {
    coordinator.tell(new Coordinator.Stop());
  }

  /** A worker whose tasks give their index, as text; of I/O tasks the first is the last to end. */
  public void worker(int slots) {
    worker(slots, 0);
  }

  /**
   * @param larger bytes behind each index
   */
  public void worker(int slots, int larger) {
    Registration registration =
        new Registration(
            "incarnation",
            null,
            null,
            "here",
            slots,
            1_000,
            1 << 28,
            Map.of(),
            "test",
            Registration.PROTOCOL_VERSION,
            Set.of(),
            false,
            List.of());
    Worker worker = new Worker(" ".repeat(larger));
    coordinator.tell(new Coordinator.Register(registration, worker));
    worker.registered.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private final class Worker implements Link {
    private final CompletableFuture<WorkerId> registered = new CompletableFuture<>();
    private final Set<JobId> ioJobs = new HashSet<>();
    private final String filler;
    private long said;

    Worker(String filler) {
      this.filler = filler;
    }

    @Override
    public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {
      registered.complete(((RegistrationReply.Welcome) reply).id());
    }

    @Override
    public void send(ToWorker item) {
      if (item instanceof ToWorker.Assign assign) {
        say(new ToCoordinator.Started(assign.attempt()));
        if (ioJobs.contains(assign.job()) && assign.interval().size() > 1) {
          sayDivided(assign.attempt(), assign.interval());
        } else {
          say(outcomes(assign.attempt(), assign.interval()));
        }
      } else if (item instanceof ToWorker.Prepare prepare && prepare.spec().program().isIo()) {
        ioJobs.add(prepare.job());
      }
    }

    private void sayDivided(AttemptId attempt, Interval whole) {
      long at = whole.from() + 1;
      say(new ToCoordinator.Divided(attempt, at, attempt.plus(1)));
      say(outcomes(attempt.plus(1), new Interval(at, whole.until())));
      say(outcomes(attempt, new Interval(whole.from(), at)));
    }

    private void say(ToCoordinator item) {
      coordinator.tell(new Coordinator.Said(registered.join(), this, List.of(item), ++said));
    }

    private Outcomes outcomes(AttemptId attempt, Interval interval) {
      StringBuilder text = new StringBuilder();
      int[] lengths = new int[(int) interval.size()];
      for (int k = 0; k < lengths.length; k++) {
        String value = interval.from() + k + filler;
        lengths[k] = value.length();
        text.append(value);
      }
      return new Outcomes(
          attempt,
          interval,
          false,
          new Values(
              Encoding.BYTES, text.toString().getBytes(StandardCharsets.UTF_8), lengths, List.of()),
          new int[0],
          new int[0],
          new int[0],
          List.of(),
          lengths.length * 1_000L);
    }

    @Override
    public void durable(long through) {}

    @Override
    public void close() {}
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    store.close();
  }
}
