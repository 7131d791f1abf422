package io.muster.node.tls;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLHandshakeException;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorContext;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.impl.FanIn;
import org.jspecify.annotations.Nullable;

/**
 * The connections to this node's port that have not shown who they are: so many and no more, and
 * not for long. Pekko gives each some 90 KB and waits for ever, so that who opens ten thousand and
 * says nothing would fill the memory. It has no setting for that, and a connection's engine can't
 * end it; so this tells the actor that owns the engine that its input is broken, in Pekko's own
 * words (of 1.7: a test shows that they still are). Any thread.
 */
final class Handshakes {
  /** The oldest goes when there are more: a node that means it needs some milliseconds. */
  private static final int MOST = 256;

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int TRANSPORT = 0;

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private record Waiting(SSLEngine engine, ActorRef connection, long since) {
    boolean isOver() {
      return engine.isInboundDone()
          || (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
              && !engine.getSession().getProtocol().equals("NONE"));
    }

    void end(String why) {
      connection.tell(
          new FanIn.OnError(TRANSPORT, new SSLHandshakeException(why)), ActorRef.noSender());
    }
  }

  Handshakes(ActorSystem system) {
    system.scheduler().scheduleWithFixedDelay(LOOK, LOOK, this::endOverdue, system.getDispatcher());
  }

  /** To be called where the engine is made: by the actor that will own it. */
  void begun(SSLEngine engine) {
    ActorRef connection = owner();
    if (connection == null) {
      return;
    }
    Waiting oldest;
    synchronized (waiting) {
      if (waiting.size() >= MOST) {
        waiting.removeIf(Waiting::isOver);
      }
      oldest = waiting.size() < MOST ? null : waiting.poll();
      waiting.add(new Waiting(engine, connection, System.nanoTime()));
    }
    if (oldest != null) {
      oldest.end("too many connections without a certificate");
    }
  }

  private void endOverdue() {
    List<Waiting> overdue = new ArrayList<>();
    synchronized (waiting) {
      Waiting first = waiting.peek();
      while (first != null && System.nanoTime() - first.since() > LONGEST.toNanos()) {
        overdue.add(waiting.remove());
        first = waiting.peek();
      }
    }
    for (Waiting each : overdue) {
      if (!each.isOver()) {
        each.end("no certificate in " + LONGEST.toSeconds() + " s");
      }
    }
  }

  /** The actor that is being made on this thread; null outside of an actor's constructor. */
  private static @Nullable ActorRef owner() {
    scala.collection.immutable.List<ActorContext> stack = ActorCell.contextStack().get();
    while (!stack.isEmpty()) {
      ActorContext context = stack.head();
      if (context != null) { // taken ones are replaced by null
        return context.self();
      }
      stack = (scala.collection.immutable.List<ActorContext>) stack.tail();
    }
    return null;
  }
}
