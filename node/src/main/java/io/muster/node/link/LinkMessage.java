package io.muster.node.link;

import io.muster.protocol.RegistrationReply;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What an end of a link is told: by the other end, or by its own side. */
public sealed interface LinkMessage {
  /**
   * The answer to a registration.
   *
   * @param coordinator the other end, if the reply is a welcome
   */
  record Registered(RegistrationReply reply, @Nullable ActorRef<LinkMessage> coordinator)
      implements LinkMessage {}

  /**
   * Part of a stream; without pieces an acknowledgement or a sign of life.
   *
   * @param first the number of the first piece; without pieces that of the next to come
   * @param received all pieces of the other direction up to this number have arrived
   * @param durable all pieces of the other direction up to this number are in the journal
   */
  record Frame(long first, List<Piece> pieces, long received, long durable)
      implements LinkMessage {}

  /** The other end is gone. */
  record Closed() implements LinkMessage {}

  /** What only this end's own node says. */
  sealed interface Local extends LinkMessage permits LinkEnd.Local {}
}
