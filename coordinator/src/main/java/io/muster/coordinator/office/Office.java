package io.muster.coordinator.office;

import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Effects;
import io.muster.coordinator.state.Now;
import io.muster.coordinator.state.Refusal;
import io.muster.coordinator.store.Store;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state and what surrounds it during one epoch: each call asks the state and carries out what
 * follows. Belongs to the coordinator's actor.
 */
final class Office {
  private final ClusterState state;
  private final Gathering gathering;
  private final Links links;
  private final Consequences consequences;
  private final Sessions sessions;
  private final BiFunction<WorkerId, Link, LinkOwner<ToCoordinator>> owners;

  /**
   * @param owners who hears what a worker says over a link
   */
  Office(
      ClusterState state,
      Gathering gathering,
      Watchers watchers,
      Store store,
      Duration sessionSilence,
      BiFunction<WorkerId, Link, LinkOwner<ToCoordinator>> owners) {
    this.owners = owners;
    this.state = state;
    this.gathering = gathering;
    links = new Links(gathering);
    sessions = new Sessions(state, gathering, sessionSilence);
    consequences = new Consequences(state, gathering, links, watchers, store, sessions);
  }

  ClusterState state() {
    return state;
  }

  Sessions sessions() {
    return sessions;
  }

  /**
   * A client says something to its session, unless that has another connection by now.
   *
   * @param counted whether it is a request of the client's, which gives room for another
   */
  void said(String id, SessionClient client, boolean counted, SessionRequest request, Now now) {
    ClientSession session = sessions.of(id, client);
    if (session == null) {
      return;
    }
    try {
      request.to(sessions, session, now, consequences);
      if (counted) {
        session.took();
      }
    } catch (Refusal refusal) {
      session.disconnected(now.monotonicNanos());
      client.over(refusal);
    }
  }

  /** Whatever a client says to its session. */
  interface SessionRequest {
    void to(Sessions sessions, ClientSession session, Now now, Effects effects);
  }

  /** When {@link #tick} is wanted next, in nanoseconds, or null. */
  @Nullable Long nextTick() {
    Long next = state.nextTick();
    Long look = sessions.nextLook();
    return next == null || (look != null && look < next) ? look : next;
  }

  Links links() {
    return links;
  }

  void opened(long epoch, String journal, long firstSequence, Now now) {
    state.epochOpened(epoch, journal, firstSequence, now, consequences);
    gathering.hurry();
  }

  /** The answer, or the refusal, comes when all that it tells is written. */
  <T> void asked(Inquiry<T> inquiry, Now now) {
    CompletableFuture<T> answer = inquiry.answer();
    Runnable tell;
    try {
      T value =
          inquiry.question().ask(new Question.Turn(state, now, consequences, gathering.bytes()));
      tell = () -> answer.complete(value);
    } catch (Refusal refusal) {
      tell = () -> answer.completeExceptionally(refusal);
    } catch (RuntimeException broken) {
      answer.completeExceptionally(broken);
      throw broken;
    }
    Runnable told = tell;
    gathering.hurry();
    gathering.afterWrite(
        new Release() {
          @Override
          public void released() {
            told.run();
          }

          @Override
          public void abandoned() {
            answer.completeExceptionally(new NotActive("the coordinator ended while it was asked"));
          }
        });
  }

  /** A worker wants a link; it is answered when the records of its registration are written. */
  void registered(Registration registration, Link link, Now now) {
    links.close(registration.id());
    links.registering();
    RegistrationReply reply = state.registered(registration, now, consequences);
    gathering.hurry();
    if (reply instanceof RegistrationReply.Welcome welcome) {
      OpenLink open = links.registered(welcome.id());
      registration.claims().forEach(claim -> open.claims(claim.job()));
      gathering.afterWrite(
          () -> {
            link.answer(reply, owners.apply(welcome.id(), link));
            open.open(link);
            links.flush(open);
          });
    } else {
      links.refused();
      gathering.afterWrite(() -> link.answer(reply, new Nobody()));
    }
  }

  /**
   * The next items of a worker's link; none of a link that was replaced.
   *
   * @param through the number of the last
   */
  void received(WorkerId worker, Link over, List<ToCoordinator> items, long through, Now now) {
    Optional<OpenLink> link = links.of(worker).filter(open -> open.isOver(over));
    if (link.isEmpty()) {
      return;
    }
    for (ToCoordinator item : items) {
      if (item instanceof ToCoordinator.Logged logged) {
        logged(logged);
      } else {
        state.received(worker, item, now, consequences);
      }
    }
    sessions.holdWhoIsFull(now, consequences);
    gathering.afterWrite(() -> link.get().durable(through));
  }

  private void logged(ToCoordinator.Logged logged) {
    try {
      if (sessions.has(logged.job())) {
        sessions.printed(logged);
        return;
      }
      state.job(logged.job());
      gathering.bytes().log(logged);
      consequences.jobChanged(logged.job());
    } catch (Refusal.NoSuchJob forgotten) {
      // Nobody can ask for what it printed.
    }
  }

  /** The link is silent for too long, or its end broke. */
  void lost(WorkerId worker, Link over, Now now) {
    if (links.of(worker).filter(open -> open.isOver(over)).isPresent()) {
      links.close(worker);
      state.workerLost(worker, now, consequences);
    }
  }

  void tick(Now now) {
    state.tick(now, consequences);
    sessions.look(now, consequences);
  }

  /** The epoch is over: whoever waits is told that it may have happened or not. */
  void abandon() {
    gathering.abandon();
    sessions.abandon(new NotActive("the coordinator's term of office ended"));
    links.all().forEach(OpenLink::close);
  }

  /** Hears nothing of a link that was refused. */
  private static final class Nobody implements LinkOwner<ToCoordinator> {
    @Override
    public void received(List<ToCoordinator> items, long through) {}

    @Override
    public void over(String reason) {}
  }
}
