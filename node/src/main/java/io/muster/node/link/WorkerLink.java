package io.muster.node.link;

import io.muster.node.link.LinkMessage.Registered;
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
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A worker's end of its link. Knocks at the coordinators' gates, one after the other, until one
 * welcomes it; carries the conversation; is over when no gate opens or the link is silent, and then
 * a new one is made. Any thread may call, the order of one thread's calls is kept.
 */
public final class WorkerLink {
  private static final Duration GATE_PATIENCE = Duration.ofSeconds(3);

  /** Who uses the link; called on its thread, must not wait. */
  public interface Owner extends LinkOwner<ToWorker> {
    /** Comes first, once: what is said to {@code link} from here on goes to the coordinator. */
    void welcomed(Welcome welcome, WorkerLink link);

    /** Not to be tried again; nothing more is called. */
    void refused(String reason);
  }

  private final ActorRef<LinkMessage> end;

  WorkerLink(ActorRef<LinkMessage> end) {
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
    return new WorkerLink(
        system.systemActorOf(
            End.create(seeds, registration, owner),
            "link-" + java.util.UUID.randomUUID(),
            org.apache.pekko.actor.typed.Props.empty()));
  }

  /** Says this next; the owner is told when it is durable. */
  public void say(ToCoordinator item) {
    end.tell(new LinkEnd.Send(() -> LinkWire.toBytes(item), true));
  }

  /** Says this next; it is never told to be durable. */
  public void mention(ToCoordinator item) {
    end.tell(new LinkEnd.Send(() -> LinkWire.toBytes(item), false));
  }

  /** Ends the link; the owner hears nothing more but what is under way. */
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
        owner.welcomed(welcome, new WorkerLink(getContext().getSelf()));
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
