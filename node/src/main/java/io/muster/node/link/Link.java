package io.muster.node.link;

import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;

/**
 * How the coordinator sees a worker: what carries it, cluster messages or anything else, is hidden
 * here. Calls don't wait; any thread may call, the order of one thread's calls is kept.
 */
public interface Link {
  /**
   * Comes first, once: what the worker is told about its registration. With a welcome the link is
   * open; with anything else it is over, and the owner hears nothing.
   */
  void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner);

  /** Sends next; what was sent before arrives before. */
  void send(ToWorker item);

  /** All that the worker said up to this number is in the journal: it need not keep it. */
  void durable(long through);

  /** Nothing more goes over this link; the worker is told. */
  void close();
}
