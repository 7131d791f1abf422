package io.muster.node.link;

import io.muster.node.link.LinkMessage.Closed;
import io.muster.node.link.LinkMessage.Frame;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link: owns both streams and their timers. What is said within one turn of the
 * mailbox shares frames; a sign of life goes every other second; an end that hears nothing for 10 s
 * is over.
 *
 * @param <I> what the other side says
 */
abstract class LinkEnd<I> extends AbstractBehavior<LinkMessage> {
  /** Without a sign of life for so long a link is lost. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration ACKNOWLEDGE_WITHIN = Duration.ofMillis(10);
  private static final int ACKNOWLEDGE_PIECES = Outgoing.WINDOW_PIECES / 8;

  /** What only this end's own node says. */
  sealed interface Local extends LinkMessage.Local
      permits Send, DurableUpTo, Answer, Close, Flush, Acknowledge, Tick, Knock {}

  /**
   * @param items their bytes, made on the link's thread
   * @param kept whether the owner is told when they are durable
   */
  record Send(Supplier<List<byte[]>> items, boolean kept) implements Local {}

  record DurableUpTo(long through) implements Local {}

  /** The coordinator's answer to the registration that this end stands for. */
  record Answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) implements Local {}

  record Close() implements Local {}

  record Flush() implements Local {}

  record Acknowledge() implements Local {}

  record Tick() implements Local {}

  /** The gate did not answer in time. */
  record Knock() implements Local {}

  private final TimerScheduler<LinkMessage> timers;
  private final Function<byte[], I> decode;
  private final Outgoing outgoing = new Outgoing();
  private final Incoming incoming = new Incoming();

  /** The last numbers of what the owner said and is not durable. */
  private final ArrayDeque<Long> kept = new ArrayDeque<>();

  private @Nullable ActorRef<LinkMessage> peer;
  private @Nullable LinkOwner<I> owner;
  private long durable;
  private long saidReceived;
  private long saidDurable;
  private long heardAt = System.nanoTime();
  private long saidAt = heardAt;
  private boolean flushing;

  LinkEnd(
      ActorContext<LinkMessage> context,
      TimerScheduler<LinkMessage> timers,
      Function<byte[], I> decode) {
    super(context);
    this.timers = timers;
    this.decode = decode;
    timers.startTimerWithFixedDelay(new Tick(), TICK);
  }

  /** From here on the streams flow. */
  final void open(ActorRef<LinkMessage> other, LinkOwner<I> user) {
    peer = other;
    owner = user;
    heardAt = System.nanoTime();
    flushSoon();
  }

  final boolean isOpen() {
    return peer != null;
  }

  final long silentNanos() {
    return System.nanoTime() - heardAt;
  }

  final ReceiveBuilder<LinkMessage> streams() {
    return newReceiveBuilder()
        .onMessage(Frame.class, this::frame)
        .onMessage(Closed.class, m -> over("the other end closed it"))
        .onMessage(Send.class, this::send)
        .onMessage(DurableUpTo.class, this::durableUpTo)
        .onMessage(Flush.class, m -> flush())
        .onMessage(Acknowledge.class, m -> acknowledge())
        .onMessage(Tick.class, m -> tick())
        .onMessage(Close.class, m -> close());
  }

  private Behavior<LinkMessage> send(Send send) {
    for (byte[] item : send.items().get()) {
      long number = outgoing.add(item);
      if (send.kept()) {
        kept.add(number);
      }
    }
    flushSoon();
    return this;
  }

  private Behavior<LinkMessage> durableUpTo(DurableUpTo message) {
    durable = Math.max(durable, message.through());
    acknowledgeSoon();
    return this;
  }

  private Behavior<LinkMessage> frame(Frame frame) {
    LinkOwner<I> user = owner;
    if (user == null) {
      return this;
    }
    heardAt = System.nanoTime();
    outgoing.acknowledged(frame.received(), heardAt);
    List<byte[]> items = incoming.take(frame);
    tellDurable(user, frame.durable());
    if (!items.isEmpty()) {
      List<I> decoded = new ArrayList<>(items.size());
      try {
        items.forEach(item -> decoded.add(decode.apply(item)));
      } catch (RuntimeException unknown) {
        getContext().getLog().error("{} was told {}", getContext().getSelf().path(), unknown);
        tellPeer(new Closed());
        return over("it carried " + unknown.getMessage());
      }
      user.received(decoded, incoming.whole());
    }
    if (!frame.pieces().isEmpty()) {
      acknowledgeSoon();
    }
    flushSoon();
    return this;
  }

  private void tellDurable(LinkOwner<I> user, long through) {
    int count = 0;
    while (!kept.isEmpty() && kept.element() <= through) {
      kept.remove();
      count++;
    }
    if (count > 0) {
      user.durable(count);
    }
  }

  /** Once behind what is in the mailbox already, so that it shares frames. */
  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      getContext().getSelf().tell(new Flush());
    }
  }

  private Behavior<LinkMessage> flush() {
    flushing = false;
    if (isOpen()) {
      tell(outgoing.next(System.nanoTime(), incoming.received(), durable));
      if (incoming.received() - saidReceived >= ACKNOWLEDGE_PIECES) {
        acknowledge();
      }
    }
    return this;
  }

  private void acknowledgeSoon() {
    if (!timers.isTimerActive(Acknowledge.class)) {
      timers.startSingleTimer(Acknowledge.class, new Acknowledge(), ACKNOWLEDGE_WITHIN);
    }
  }

  private Behavior<LinkMessage> acknowledge() {
    if (isOpen() && (saidReceived < incoming.received() || saidDurable < durable)) {
      sayAlive();
    }
    return this;
  }

  private Behavior<LinkMessage> tick() {
    if (silentNanos() > SILENCE.toNanos()) {
      return over("nothing was heard for " + SILENCE.toSeconds() + " s");
    }
    if (isOpen()) {
      long now = System.nanoTime();
      tell(outgoing.again(now, incoming.received(), durable));
      if (now - saidAt > KEEP_ALIVE.toNanos()) {
        sayAlive();
      }
    }
    return this;
  }

  /** Also says again what has arrived, in case that was lost. */
  private void sayAlive() {
    tell(List.of(new Frame(outgoing.nextNumber(), List.of(), incoming.received(), durable)));
  }

  private void tell(List<Frame> frames) {
    for (Frame frame : frames) {
      tellPeer(frame);
      saidReceived = frame.received();
      saidDurable = frame.durable();
      saidAt = System.nanoTime();
    }
  }

  final void tellPeer(LinkMessage message) {
    if (peer != null) {
      peer.tell(message);
    }
  }

  private Behavior<LinkMessage> close() {
    tell(outgoing.next(System.nanoTime(), incoming.received(), durable));
    tellPeer(new Closed());
    return Behaviors.stopped();
  }

  /** The owner is told, and this end stops. */
  Behavior<LinkMessage> over(String reason) {
    if (owner != null) {
      owner.over(reason);
    }
    return Behaviors.stopped();
  }
}
