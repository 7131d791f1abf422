package io.muster.worker.link;

import io.muster.node.link.WorkerLink;
import io.muster.protocol.ToCoordinator;
import io.muster.worker.engine.Outlet;
import java.util.List;

/** A link as the engine sees it. */
public record LinkOutlet(WorkerLink link) implements Outlet {
  @Override
  public void say(List<ToCoordinator> items) {
    link.say(items);
  }

  @Override
  public void mention(ToCoordinator item) {
    link.mention(item);
  }
}
