package io.muster.node.link;

import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Where workers knock: on each coordinator node, at {@code /user/gate}. Hands registrations to the
 * coordinator while it is active here, and says so otherwise. Links live as its children.
 */
public final class Gate extends AbstractBehavior<Gate.Command> {
  /** The name it is spawned under. */
  public static final String NAME = "gate";

  /** Takes registrations; called on the gate's thread, must not wait. */
  public interface Coordinator {
    /**
     * A worker wants a link.
     *
     * @param link to be answered
     */
    void registering(Registration registration, Link link);
  }

  /** What it is told. */
  public sealed interface Command {}

  /** From a worker. */
  public record Register(Registration registration, ActorRef<LinkMessage> worker)
      implements Command {}

  /** A coordinator is active on this node. */
  public record Opened(Coordinator coordinator) implements Command {}

  /** It is no longer. */
  public record Closed() implements Command {}

  private @Nullable Coordinator coordinator;

  private Gate(ActorContext<Command> context) {
    super(context);
  }

  public static Behavior<Command> create() {
    return Behaviors.setup(Gate::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Register.class, this::register)
        .onMessage(Opened.class, this::opened)
        .onMessage(Closed.class, m -> closed())
        .build();
  }

  private Behavior<Command> register(Register register) {
    Coordinator active = coordinator;
    if (active == null) {
      register.worker().tell(new LinkMessage.Registered(new RegistrationReply.NotActive(), null));
    } else {
      active.registering(
          register.registration(), CoordinatorLink.spawn(getContext(), register.worker()));
    }
    return this;
  }

  private Behavior<Command> opened(Opened opened) {
    coordinator = opened.coordinator();
    return this;
  }

  private Behavior<Command> closed() {
    coordinator = null;
    return this;
  }
}
