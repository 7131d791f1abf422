package io.muster.node.link;

import io.muster.node.link.LinkMessage.Registered;
import io.muster.node.turn.AtOnce;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply.Refused;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.wire.LinkWire;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A worker's end of a link over the cluster. Knocks at the coordinators' gates, one after the
 * other, until one welcomes it; is over when no gate opens or the link is silent.
 */
public final class ClusterWorkerLink implements WorkerLink {
  private static final Duration GATE_PATIENCE = Duration.ofSeconds(3);

  private final ActorRef<LinkMessage> end;

  private ClusterWorkerLink(ActorRef<LinkMessage> end) {
    this.end = end;
  }

  /**
   * Starts to knock.
   *
   * @param system a member of the cluster, or about to be one
   * @param seeds coordinators' cluster addresses, {@code host:port}, spelled as they spell them
   */
  public static WorkerLink open(
      org.apache.pekko.actor.typed.ActorSystem<?> system,
      List<String> seeds,
      Registration registration,
      Owner owner) {
    return new ClusterWorkerLink(
        system.systemActorOf(
            End.create(seeds, registration, owner),
            "link-" + java.util.UUID.randomUUID(),
            AtOnce.dispatcher()));
  }

  @Override
  public void say(List<ToCoordinator> items) {
    AtOnce.tell(end, new LinkEnd.Send(bytes(items), true));
  }

  @Override
  public void mention(ToCoordinator item) {
    end.tell(new LinkEnd.Send(bytes(List.of(item)), false));
  }

  private static Supplier<List<byte[]>> bytes(List<ToCoordinator> items) {
    return () -> items.stream().map(LinkWire::toBytes).toList();
  }

  @Override
  public void close() {
    end.tell(new LinkEnd.Close());
  }

  private static final class End extends LinkEnd<ToWorker> {
    private final TimerScheduler<LinkMessage> timers;
    private final Deque<String> seeds;
    private final Registration registration;
    private final Owner owner;

    static Behavior<LinkMessage> create(
        List<String> seeds, Registration registration, Owner owner) {
      return Behaviors.setup(
          context ->
              Behaviors.withTimers(timers -> new End(context, timers, seeds, registration, owner)));
    }

    private End(
        ActorContext<LinkMessage> context,
        TimerScheduler<LinkMessage> timers,
        List<String> seeds,
        Registration registration,
        Owner owner) {
      super(context, timers, LinkWire::toWorker);
      this.timers = timers;
      this.seeds = new ArrayDeque<>(seeds);
      this.registration = registration;
      this.owner = owner;
      knock();
    }

    @Override
    public Receive<LinkMessage> createReceive() {
      return streams()
          .onMessage(Registered.class, this::registered)
          .onMessage(Knock.class, m -> isOpen() ? this : knock())
          .build();
    }

    private Behavior<LinkMessage> knock() {
      String seed = seeds.poll();
      if (seed == null) {
        return over("no coordinator took the registration");
      }
      Adapter.toClassic(getContext().getSystem())
          .actorSelection("pekko://muster@" + seed + "/user/" + Gate.NAME)
          .tell(
              new Gate.Register(registration, getContext().getSelf()),
              org.apache.pekko.actor.ActorRef.noSender());
      timers.startSingleTimer(Knock.class, new Knock(), GATE_PATIENCE);
      return this;
    }

    private Behavior<LinkMessage> registered(Registered registered) {
      if (isOpen()) {
        return this;
      }
      if (registered.reply() instanceof Welcome welcome && registered.coordinator() != null) {
        timers.cancel(Knock.class);
        open(registered.coordinator(), owner);
        owner.welcomed(welcome, new ClusterWorkerLink(getContext().getSelf()));
        return this;
      }
      if (registered.reply() instanceof Refused refused) {
        owner.refused(refused.reason());
        return Behaviors.stopped();
      }
      return knock();
    }

    @Override
    Behavior<LinkMessage> over(String reason) {
      owner.over(reason);
      return Behaviors.stopped();
    }
  }
}
