package io.muster.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.node.link.Gate;
import io.muster.node.link.LinkMessage;
import io.muster.node.link.LinkMessage.Closed;
import io.muster.node.link.LinkMessage.Frame;
import io.muster.node.link.LinkMessage.Registered;
import io.muster.node.link.Piece;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.WorkerId;
import java.io.NotSerializableException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LinkSerializerTest {
  private static final ActorTestKit KIT = ActorTestKit.create("muster");
  private static final Serialization SERIALIZATION =
      SerializationExtension.get(Adapter.toClassic(KIT.system()));
  private static final ActorRef<LinkMessage> END = KIT.createTestProbe(LinkMessage.class).getRef();
  private static final Frame FRAME =
      new Frame(
          300,
          List.of(
              new Piece(new byte[] {1, 2}, false),
              new Piece(new byte[] {3}, true),
              new Piece(new byte[] {4}, false)),
          1L << 40,
          17);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @Test
  void whatNodesSayComesBackAsItWas() throws Exception {
    Registration registration =
        new Registration(
            "i", null, null, "here", 1, 1, 1, Map.of(), "1", 1, Set.of(), false, List.of());
    List<Object> messages =
        List.of(
            new Gate.Register(registration, END),
            new Registered(new RegistrationReply.Welcome(new WorkerId("w"), 2, "j"), END),
            new Registered(new RegistrationReply.NotActive(), null),
            FRAME,
            new Frame(1, List.of(), 0, 0),
            new Closed());
    for (Object message : messages) {
      byte[] bytes = SERIALIZATION.serialize(message).get();
      LinkSerializer serializer = (LinkSerializer) SERIALIZATION.findSerializerFor(message);
      String manifest = Serializers.manifestFor(serializer, message);
      assertThat(serializer.fromBinary(bytes, manifest)).isEqualTo(message);
    }
  }

  @Test
  void aFrameHasTheBytesItAlwaysHad() throws Exception {
    LinkSerializer serializer = (LinkSerializer) SERIALIZATION.findSerializerFor(FRAME);
    assertThat(serializer.identifier()).isEqualTo(735_101);
    assertThat(serializer.manifest(FRAME)).isEqualTo("F");
    assertThat(HexFormat.of().formatHex(serializer.toBinary(FRAME)))
        .isEqualTo("08ac0212020102120103120104" + "1a0101" + "20808080808020" + "2811");
  }

  @Test
  void whatANewerVersionSaysIsRefusedByName() throws Exception {
    LinkSerializer serializer = (LinkSerializer) SERIALIZATION.serializerFor(Closed.class);
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "Z9"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("Z9");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {-1}, "F"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("'F'");
  }
}
