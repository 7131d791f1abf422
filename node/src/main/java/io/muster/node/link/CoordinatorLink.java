package io.muster.node.link;

import io.muster.node.turn.AtOnce;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.wire.LinkWire;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The coordinator's end of one worker's link, over the cluster. Any thread may call. */
final class CoordinatorLink implements Link {
  private final ActorRef<LinkMessage> end;

  private CoordinatorLink(ActorRef<LinkMessage> end) {
    this.end = end;
  }

  static CoordinatorLink spawn(ActorContext<?> parent, ActorRef<LinkMessage> worker) {
    return new CoordinatorLink(parent.spawnAnonymous(End.create(worker), AtOnce.dispatcher()));
  }

  @Override
  public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {
    end.tell(new LinkEnd.Answer(reply, owner));
  }

  @Override
  public void send(ToWorker item) {
    AtOnce.tell(end, new LinkEnd.Send(() -> List.of(LinkWire.toBytes(item)), false));
  }

  @Override
  public void durable(long through) {
    end.tell(new LinkEnd.DurableUpTo(through));
  }

  @Override
  public void close() {
    end.tell(new LinkEnd.Close());
  }

  private static final class End extends LinkEnd<ToCoordinator> {
    private final ActorRef<LinkMessage> worker;

    static Behavior<LinkMessage> create(ActorRef<LinkMessage> worker) {
      return Behaviors.setup(
          context -> Behaviors.withTimers(timers -> new End(context, timers, worker)));
    }

    private End(
        ActorContext<LinkMessage> context,
        TimerScheduler<LinkMessage> timers,
        ActorRef<LinkMessage> worker) {
      super(context, timers, LinkWire::toCoordinator);
      this.worker = worker;
    }

    @Override
    public Receive<LinkMessage> createReceive() {
      return streams().onMessage(Answer.class, this::answered).build();
    }

    private Behavior<LinkMessage> answered(Answer answer) {
      if (answer.reply() instanceof RegistrationReply.Welcome) {
        worker.tell(new LinkMessage.Registered(answer.reply(), getContext().getSelf()));
        open(worker, answer.owner());
        return this;
      }
      worker.tell(new LinkMessage.Registered(answer.reply(), null));
      return Behaviors.stopped();
    }
  }
}
