package io.muster.node.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.muster.node.link.LinkMessage.Frame;
import io.muster.node.link.LinkMessage.Registered;
import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two actor systems over real Artery TCP, between which frames get lost. */
class LossyLinkTest {
  private static final Config ARTERY =
      ConfigFactory.parseString(
              """
              pekko.actor.provider = remote
              pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
              pekko.loglevel = OFF
              pekko.stdout-loglevel = OFF
              pekko.remote.warn-about-direct-use = off
              """)
          .withFallback(ConfigFactory.load());
  private static final int ITEMS = 3_000;
  private static final int LOST_OF_A_HUNDRED = 20;

  private final ActorSystem<SpawnProtocol.Command> here =
      ActorSystem.create(SpawnProtocol.create(), "muster", ARTERY);
  private final ActorSystem<Void> there = ActorSystem.create(Behaviors.empty(), "muster", ARTERY);

  @AfterEach
  void end() {
    here.terminate();
    there.terminate();
  }

  @Test
  void whatBothSidesSayArrivesOnceAndInOrderAlthoughFramesAreLost() throws Exception {
    ActorRef<Gate.Command> gate = gate();
    CoordinatorSide coordinator = new CoordinatorSide();
    gate.tell(new Gate.Opened(coordinator));
    WorkerSide worker = new WorkerSide();

    ClusterWorkerLink.open(there, List.of(addressOf(here)), registration(), worker);

    assertThat(worker.all.get(60, TimeUnit.SECONDS)).isEqualTo(numbers());
    assertThat(coordinator.all.get(60, TimeUnit.SECONDS)).isEqualTo(numbers());
    assertThat(worker.allDurable.get(60, TimeUnit.SECONDS)).isEqualTo(ITEMS);
  }

  @Test
  void aGateWithoutACoordinatorSaysSo() throws Exception {
    gate();
    WorkerSide worker = new WorkerSide();

    ClusterWorkerLink.open(there, List.of(addressOf(here)), registration(), worker);

    assertThat(worker.over.get(60, TimeUnit.SECONDS)).contains("no coordinator");
  }

  @Test
  void aWorkerIsToldWhyItIsRefused() throws Exception {
    gate()
        .tell(
            new Gate.Opened(
                (registration, link) ->
                    link.answer(new RegistrationReply.Refused("too old"), new CoordinatorSide())));
    WorkerSide worker = new WorkerSide();

    ClusterWorkerLink.open(there, List.of(addressOf(here)), registration(), worker);

    assertThat(worker.refused.get(60, TimeUnit.SECONDS)).isEqualTo("too old");
  }

  @Test
  void aLinkThatTheCoordinatorClosesIsOverForTheWorker() throws Exception {
    gate()
        .tell(
            new Gate.Opened(
                (registration, link) -> {
                  link.answer(new Welcome(new WorkerId("w"), 1, "journal"), new CoordinatorSide());
                  link.close();
                }));
    WorkerSide worker = new WorkerSide();

    ClusterWorkerLink.open(there, List.of(addressOf(here)), registration(), worker);

    assertThat(worker.over.get(60, TimeUnit.SECONDS)).contains("closed");
  }

  /** The real gate behind one that puts a lossy relay between each worker and its link. */
  private ActorRef<Gate.Command> gate() {
    ActorRef<Gate.Command> real = here.systemActorOf(Gate.create(), "real-gate", Props.empty());
    Behavior<Gate.Command> lossy =
        Behaviors.setup(
            context ->
                Behaviors.receiveMessage(
                    message -> {
                      Gate.Register register = (Gate.Register) message;
                      ActorRef<LinkMessage> relay =
                          context.spawnAnonymous(lossy(register.worker(), 1));
                      real.tell(new Gate.Register(register.registration(), relay));
                      return Behaviors.same();
                    }));
    AskPattern.ask(
            here,
            (ActorRef<ActorRef<Gate.Command>> spawned) ->
                new SpawnProtocol.Spawn<>(lossy, Gate.NAME, Props.empty(), spawned),
            Duration.ofSeconds(30),
            here.scheduler())
        .toCompletableFuture()
        .join();
    return real;
  }

  private static Behavior<LinkMessage> lossy(ActorRef<LinkMessage> to, long seed) {
    Random random = new Random(seed);
    return Behaviors.setup(
        context ->
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof Registered registered
                      && registered.coordinator() != null) {
                    to.tell(
                        new Registered(
                            registered.reply(),
                            context.spawnAnonymous(lossy(registered.coordinator(), seed + 1))));
                  } else if (!(message instanceof Frame)
                      || random.nextInt(100) >= LOST_OF_A_HUNDRED) {
                    to.tell(message);
                  }
                  return Behaviors.same();
                }));
  }

  private static String addressOf(ActorSystem<?> system) {
    return "127.0.0.1:"
        + Adapter.toClassic(system).provider().getDefaultAddress().getPort().orElseThrow();
  }

  private static Registration registration() {
    return new Registration(
        "i", null, null, "here", 1, 1, 1, Map.of(), "1", 1, Set.of(), false, List.of());
  }

  private static List<Long> numbers() {
    return LongStream.rangeClosed(1, ITEMS).boxed().toList();
  }

  /** Says all its items when it is welcomed, and collects those of the other side. */
  private static final class WorkerSide implements WorkerLink.Owner {
    final CompletableFuture<List<Long>> all = new CompletableFuture<>();
    final CompletableFuture<Integer> allDurable = new CompletableFuture<>();
    final CompletableFuture<String> over = new CompletableFuture<>();
    final CompletableFuture<String> refused = new CompletableFuture<>();
    private final List<Long> heard = new ArrayList<>();
    private int durable;

    @Override
    public void welcomed(Welcome welcome, WorkerLink link) {
      for (long number : numbers()) {
        link.say(List.of(new ToCoordinator.Started(new AttemptId(1, number))));
        if (number % 100 == 0) {
          link.mention(new ToCoordinator.Holding(List.of()));
        }
      }
    }

    @Override
    public void received(List<ToWorker> items, long through) {
      items.forEach(item -> heard.add(((ToWorker.JobOver) item).job().value()));
      if (heard.size() >= ITEMS) {
        all.complete(heard);
      }
    }

    @Override
    public void durable(int count) {
      durable += count;
      if (durable >= ITEMS) {
        allDurable.complete(durable);
      }
    }

    @Override
    public void refused(String reason) {
      refused.complete(reason);
    }

    @Override
    public void over(String reason) {
      over.complete(reason);
    }
  }

  private static final class CoordinatorSide implements Gate.Coordinator, LinkOwner<ToCoordinator> {
    final CompletableFuture<List<Long>> all = new CompletableFuture<>();
    private final List<Long> heard = new ArrayList<>();
    private Link link;

    @Override
    public void registering(Registration registration, Link opened) {
      link = opened;
      link.answer(new Welcome(new WorkerId("w"), 1, "journal"), this);
      numbers().forEach(number -> link.send(new ToWorker.JobOver(new JobId(number))));
    }

    @Override
    public void received(List<ToCoordinator> items, long through) {
      for (ToCoordinator item : items) {
        if (item instanceof ToCoordinator.Started started) {
          heard.add(started.attempt().number());
        }
      }
      link.durable(through);
      if (heard.size() >= ITEMS) {
        all.complete(heard);
      }
    }

    @Override
    public void over(String reason) {
      all.completeExceptionally(new AssertionError(reason));
    }
  }
}
