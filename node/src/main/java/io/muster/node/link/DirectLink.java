package io.muster.node.link;

import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.RegistrationReply.Refused;
import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link between a coordinator and a worker in one JVM: what one side says is a call of the other
 * side's owner, on the caller's thread. Nothing is lost, encoded or acknowledged. Any thread.
 */
public final class DirectLink {
  private final WorkerLink.Owner worker;

  /** The last numbers of what the worker said and is not durable. */
  private final ArrayDeque<Long> kept = new ArrayDeque<>();

  private @Nullable LinkOwner<ToCoordinator> coordinator;
  private long said;
  private boolean over;

  private DirectLink(WorkerLink.Owner worker) {
    this.worker = worker;
  }

  /** Registers; the worker hears from its owner's methods whether it is welcome. */
  public static void open(
      Gate.Coordinator coordinator, Registration registration, WorkerLink.Owner worker) {
    coordinator.registering(registration, new DirectLink(worker).new CoordinatorEnd());
  }

  private synchronized void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {
    if (reply instanceof Welcome welcome) {
      coordinator = owner;
      worker.welcomed(welcome, new WorkerEnd());
    } else if (reply instanceof Refused refused) {
      worker.refused(refused.reason());
    } else {
      worker.over("the coordinator did not take the registration");
    }
  }

  private synchronized void toCoordinator(List<ToCoordinator> items, boolean areKept) {
    LinkOwner<ToCoordinator> owner = coordinator;
    if (owner == null || over) {
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      said++;
      if (areKept) {
        kept.add(said);
      }
    }
    owner.received(items, said);
  }

  private synchronized void toWorker(ToWorker item) {
    if (!over) {
      worker.received(List.of(item), 0); // a coordinator asks for no word when that is durable
    }
  }

  private synchronized void durable(long through) {
    int count = 0;
    while (!kept.isEmpty() && kept.element() <= through) {
      kept.remove();
      count++;
    }
    if (count > 0 && !over) {
      worker.durable(count);
    }
  }

  /** True once: for who ends it. */
  private synchronized boolean ends() {
    boolean first = !over;
    over = true;
    return first;
  }

  private final class CoordinatorEnd implements Link {
    @Override
    public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {
      DirectLink.this.answer(reply, owner);
    }

    @Override
    public void send(ToWorker item) {
      toWorker(item);
    }

    @Override
    public void durable(long through) {
      DirectLink.this.durable(through);
    }

    @Override
    public void close() {
      if (ends()) {
        worker.over("the coordinator closed it");
      }
    }
  }

  private final class WorkerEnd implements WorkerLink {
    @Override
    public void say(List<ToCoordinator> items) {
      toCoordinator(items, true);
    }

    @Override
    public void mention(ToCoordinator item) {
      toCoordinator(List.of(item), false);
    }

    @Override
    public void close() {
      LinkOwner<ToCoordinator> owner = coordinator;
      if (ends() && owner != null) {
        owner.over("the worker closed it");
      }
    }
  }
}
