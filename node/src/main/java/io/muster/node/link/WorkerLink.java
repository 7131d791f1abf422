package io.muster.node.link;

import io.muster.protocol.RegistrationReply.Welcome;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import java.util.List;

/**
 * How a worker sees its coordinator: carries the conversation until it is over, and then a new one
 * is made. Calls don't wait; any thread may call, the order of one thread's calls is kept.
 */
public interface WorkerLink {
  /** Who uses the link; called on its thread, must not wait. */
  interface Owner extends LinkOwner<ToWorker> {
    /** Comes first, once: what is said to {@code link} from here on goes to the coordinator. */
    void welcomed(Welcome welcome, WorkerLink link);

    /** Not to be tried again; nothing more is called. */
    void refused(String reason);
  }

  /** Says these next, in one frame if they fit; the owner is told when they are durable. */
  void say(List<ToCoordinator> items);

  /** Says this next; it is never told to be durable. */
  void mention(ToCoordinator item);

  /** Ends the link; the owner hears nothing more but what is under way. */
  void close();
}
