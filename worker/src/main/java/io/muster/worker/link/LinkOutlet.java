package io.muster.worker.link;

import io.muster.node.link.WorkerLink;
import io.muster.protocol.ToCoordinator;
import io.muster.worker.engine.Outlet;

/** A link as the engine sees it. */
public record LinkOutlet(WorkerLink link) implements Outlet {
  @Override
  public void say(ToCoordinator item) {
    link.say(item);
  }

  @Override
  public void mention(ToCoordinator item) {
    link.mention(item);
  }
}
