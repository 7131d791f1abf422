package io.muster.worker.engine;

import io.muster.protocol.ToCoordinator;
import java.util.List;

/** The worker's side of a link as long as it lasts. Calls don't wait. */
public interface Outlet {
  /** Says these after all that was said before; their durability is told to the engine. */
  void say(List<ToCoordinator> items);

  /** Says this too, in order, but as something that is never durable and never said again. */
  void mention(ToCoordinator item);
}
