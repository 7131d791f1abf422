package io.muster.worker.engine;

import io.muster.protocol.ToCoordinator;

/** The worker's side of a link as long as it lasts. Calls don't wait. */
public interface Outlet {
  /** Says this after all that was said before; its durability is told to the engine. */
  void say(ToCoordinator item);

  /** Says this too, in order, but as something that is never durable and never said again. */
  void mention(ToCoordinator item);
}
