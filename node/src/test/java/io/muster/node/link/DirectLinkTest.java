package io.muster.node.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DirectLinkTest {
  private static final ToCoordinator STARTED = new ToCoordinator.Started(new AttemptId(1, 1));
  private static final ToCoordinator HOLDING = new ToCoordinator.Holding(List.of());
  private static final ToWorker OVER = new ToWorker.JobOver(new JobId(7));

  private final List<String> heard = new ArrayList<>();
  private Link coordinator;
  private WorkerLink worker;

  private void open(RegistrationReply reply) {
    DirectLink.open(
        (registration, link) -> {
          coordinator = link;
          link.answer(reply, new CoordinatorSide());
        },
        new Registration(
            "i", null, null, "here", 1, 1, 1, Map.of(), "1", 1, Set.of(), false, List.of()),
        new WorkerSide());
  }

  private void openWelcomed() {
    open(new Welcome(new WorkerId("w"), 1, "journal"));
    heard.clear();
  }

  @Test
  void whatOneSideSaysTheOtherHearsNumbered() {
    openWelcomed();
    worker.say(List.of(STARTED));
    coordinator.send(OVER);
    worker.mention(HOLDING);

    assertThat(heard)
        .containsExactly(
            "coordinator hears Started through 1",
            "worker hears JobOver",
            "coordinator hears Holding through 2");
  }

  @Test
  void onlyWhatWasSaidIsCountedAsDurable() {
    openWelcomed();
    worker.say(List.of(STARTED));
    worker.mention(HOLDING);
    worker.say(List.of(STARTED));
    worker.say(List.of(STARTED));
    heard.clear();
    coordinator.durable(3);
    coordinator.durable(3);
    coordinator.durable(4);

    assertThat(heard).containsExactly("durable 2", "durable 1");
  }

  @Test
  void whoClosesItHearsNothingMoreAndTheOtherHearsThatItIsOver() {
    openWelcomed();
    worker.close();
    worker.say(List.of(STARTED));
    coordinator.send(OVER);
    coordinator.close();
    assertThat(heard).containsExactly("coordinator: the worker closed it");

    openWelcomed();
    coordinator.close();
    worker.say(List.of(STARTED));
    worker.close();
    assertThat(heard).containsExactly("worker: the coordinator closed it");
  }

  @Test
  void theWorkerHearsWhatBecameOfItsRegistration() {
    open(new Welcome(new WorkerId("w"), 1, "journal"));
    open(new RegistrationReply.Refused("too old"));
    open(new RegistrationReply.NotActive());

    assertThat(heard)
        .containsExactly(
            "welcomed w",
            "refused: too old",
            "worker: the coordinator did not take the registration");
  }

  private final class CoordinatorSide implements LinkOwner<ToCoordinator> {
    @Override
    public void received(List<ToCoordinator> items, long through) {
      items.forEach(
          item ->
              heard.add(
                  "coordinator hears " + item.getClass().getSimpleName() + " through " + through));
    }

    @Override
    public void over(String reason) {
      heard.add("coordinator: " + reason);
    }
  }

  private final class WorkerSide implements WorkerLink.Owner {
    @Override
    public void welcomed(Welcome welcome, WorkerLink link) {
      worker = link;
      heard.add("welcomed " + welcome.id().value());
    }

    @Override
    public void refused(String reason) {
      heard.add("refused: " + reason);
    }

    @Override
    public void received(List<ToWorker> items, long through) {
      items.forEach(item -> heard.add("worker hears " + item.getClass().getSimpleName()));
    }

    @Override
    public void durable(int count) {
      heard.add("durable " + count);
    }

    @Override
    public void over(String reason) {
      heard.add("worker: " + reason);
    }
  }
}
