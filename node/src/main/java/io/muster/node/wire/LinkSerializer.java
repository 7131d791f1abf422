package io.muster.node.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.muster.node.link.Gate;
import io.muster.node.link.LinkMessage;
import io.muster.node.link.LinkMessage.Closed;
import io.muster.node.link.LinkMessage.Frame;
import io.muster.node.link.LinkMessage.Registered;
import io.muster.node.link.Piece;
import io.muster.protocol.wire.LinkWire;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.GateRegister;
import io.muster.protocol.wire.v1.LinkClosed;
import io.muster.protocol.wire.v1.LinkFrame;
import io.muster.protocol.wire.v1.LinkRegistered;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** What gates and links say to each other, as protobuf messages. Named in reference.conf. */
public final class LinkSerializer extends SerializerWithStringManifest {
  private static final String REGISTER = "R";
  private static final String REGISTERED = "A";
  private static final String FRAME = "F";
  private static final String CLOSED = "C";

  private final ExtendedActorSystem system;

  /** Called by Pekko. */
  public LinkSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return 735_101;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof Frame) {
      return FRAME;
    } else if (message instanceof Gate.Register) {
      return REGISTER;
    } else if (message instanceof Registered) {
      return REGISTERED;
    } else if (message instanceof Closed) {
      return CLOSED;
    }
    throw new IllegalArgumentException("not said between nodes: " + message.getClass());
  }

  @Override
  public byte[] toBinary(Object message) {
    if (message instanceof Frame frame) {
      return toProto(frame).toByteArray();
    } else if (message instanceof Gate.Register register) {
      return GateRegister.newBuilder()
          .setRegistration(LinkWire.toProto(register.registration()))
          .setWorker(refs().toSerializationFormat(register.worker()))
          .build()
          .toByteArray();
    } else if (message instanceof Registered registered) {
      LinkRegistered.Builder built =
          LinkRegistered.newBuilder().setReply(LinkWire.toProto(registered.reply()));
      ActorRef<LinkMessage> coordinator = registered.coordinator();
      if (coordinator != null) {
        built.setCoordinator(refs().toSerializationFormat(coordinator));
      }
      return built.build().toByteArray();
    }
    return LinkClosed.getDefaultInstance().toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case FRAME -> fromProto(LinkFrame.parseFrom(bytes));
        case REGISTER -> {
          GateRegister register = GateRegister.parseFrom(bytes);
          yield new Gate.Register(
              LinkWire.fromProto(register.getRegistration()), ref(register.getWorker()));
        }
        case REGISTERED -> {
          LinkRegistered registered = LinkRegistered.parseFrom(bytes);
          yield new Registered(
              LinkWire.fromProto(registered.getReply()),
              registered.getCoordinator().isEmpty() ? null : ref(registered.getCoordinator()));
        }
        case CLOSED -> new Closed();
        default ->
            throw new NotSerializableException(
                "a message '" + manifest + "' between nodes, of a newer version of Muster");
      };
    } catch (InvalidProtocolBufferException
        | UnknownMessageException
        | IllegalArgumentException e) {
      NotSerializableException refused =
          new NotSerializableException("bytes that are no message '" + manifest + "'");
      refused.initCause(e);
      throw refused;
    }
  }

  private static LinkFrame toProto(Frame frame) {
    LinkFrame.Builder message =
        LinkFrame.newBuilder()
            .setFirst(frame.first())
            .setReceived(frame.received())
            .setDurable(frame.durable());
    int offset = 0;
    for (Piece piece : frame.pieces()) {
      message.addPieces(UnsafeByteOperations.unsafeWrap(piece.bytes()));
      if (piece.continued()) {
        message.addContinued(offset);
      }
      offset++;
    }
    return message.build();
  }

  private static Frame fromProto(LinkFrame message) {
    List<Piece> pieces = new ArrayList<>(message.getPiecesCount());
    int continued = 0;
    for (int i = 0; i < message.getPiecesCount(); i++) {
      boolean goesOn =
          continued < message.getContinuedCount() && message.getContinued(continued) == i;
      if (goesOn) {
        continued++;
      }
      pieces.add(new Piece(message.getPieces(i).toByteArray(), goesOn));
    }
    return new Frame(
        message.getFirst(), List.copyOf(pieces), message.getReceived(), message.getDurable());
  }

  private ActorRef<LinkMessage> ref(String address) {
    return refs().resolveActorRef(address);
  }

  private ActorRefResolver refs() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }
}
