package io.muster.node.wire;

import com.google.protobuf.Message;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Messages;
import io.muster.protocol.wire.v1.GateRegister;
import io.muster.protocol.wire.v1.LinkFrame;
import io.muster.protocol.wire.v1.LinkRegistered;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What nodes say to each other through the cluster. */
class NodeWireFuzzTest {
  private static ActorTestKit kit;
  private static LinkSerializer serializer;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create("muster");
    serializer = new LinkSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
  }

  @AfterAll
  static void end() {
    kit.shutdownTestKit();
  }

  @Test
  void frames() {
    feed("F", LinkFrame.getDefaultInstance());
  }

  @Test
  void registrations() {
    feed("R", GateRegister.getDefaultInstance());
    feed("A", LinkRegistered.getDefaultInstance());
  }

  private static void feed(String manifest, Message type) {
    Fuzz.feed(
        "between nodes: " + type.getDescriptorForType().getName(),
        Messages.of(type),
        bytes -> serializer.fromBinary(bytes, manifest),
        NotSerializableException.class);
  }
}
