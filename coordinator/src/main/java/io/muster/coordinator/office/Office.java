package io.muster.coordinator.office;

import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Now;
import io.muster.coordinator.state.Refusal;
import io.muster.coordinator.store.Store;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The state and what surrounds it during one epoch: each call asks the state and carries out what
 * follows. Belongs to the coordinator's actor.
 */
final class Office {
  private final ClusterState state;
  private final Gathering gathering;
  private final Links links;
  private final Consequences consequences;

  Office(ClusterState state, Gathering gathering, Watchers watchers, Store store) {
    this.state = state;
    this.gathering = gathering;
    links = new Links(gathering);
    consequences = new Consequences(state, gathering, links, watchers, store);
  }

  ClusterState state() {
    return state;
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

  /**
   * A worker opens a link.
   *
   * @param open makes the coordinator's end and says welcome, or refuses; called when the records
   *     of the registration are written
   */
  void registered(Registration registration, Function<RegistrationReply, LinkPort> open, Now now) {
    links.close(registration.id());
    links.registering();
    RegistrationReply reply = state.registered(registration, now, consequences);
    gathering.hurry();
    if (reply instanceof RegistrationReply.Welcome welcome) {
      OpenLink link = links.registered(welcome.id());
      gathering.afterWrite(
          () -> {
            link.open(open.apply(reply));
            link.flush(gathering::hasUnwrittenInputs);
          });
    } else {
      links.refused();
      gathering.afterWrite(() -> open.apply(reply).close());
    }
  }

  /**
   * The next items of a worker's link; none of a link that was replaced.
   *
   * @param through the number of the last
   */
  void received(WorkerId worker, LinkPort port, List<ToCoordinator> items, long through, Now now) {
    Optional<OpenLink> link = links.of(worker).filter(open -> open.isPort(port));
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
    gathering.afterWrite(() -> link.get().durable(through));
  }

  private void logged(ToCoordinator.Logged logged) {
    try {
      state.job(logged.job());
      gathering.bytes().log(logged);
      consequences.jobChanged(logged.job());
    } catch (Refusal.NoSuchJob forgotten) {
      // Nobody can ask for what it printed.
    }
  }

  /** The link is silent for too long, or its end broke. */
  void lost(WorkerId worker, LinkPort port, Now now) {
    if (links.of(worker).filter(open -> open.isPort(port)).isPresent()) {
      links.close(worker);
      state.workerLost(worker, now, consequences);
    }
  }

  void tick(Now now) {
    state.tick(now, consequences);
  }

  /** The epoch is over: whoever waits is told that it may have happened or not. */
  void abandon() {
    gathering.abandon();
    links.all().forEach(OpenLink::close);
  }
}
