package io.muster.coordinator.journal;

import com.typesafe.config.ConfigFactory;
import io.muster.coordinator.journal.Journal.Command;
import io.muster.coordinator.journal.Journal.Failed;
import io.muster.coordinator.journal.Journal.GroupRead;
import io.muster.coordinator.journal.Journal.Recovered;
import io.muster.coordinator.journal.Journal.Said;
import io.muster.coordinator.journal.Journal.SnapshotRead;
import io.muster.coordinator.journal.Journal.Write;
import io.muster.coordinator.journal.Journal.Written;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor system with a journal, as a coordinator has it. */
final class JournalNode implements AutoCloseable {
  final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
  final JournalDatabase database;
  final ActorTestKit kit;
  ActorRef<Command> journal;
  final List<Long> groups = new ArrayList<>();
  Optional<SnapshotRead> snapshot = Optional.empty();
  Recovered recovered;

  JournalNode(JournalPlace place) throws Exception {
    database = JournalDatabase.open(place);
    kit =
        ActorTestKit.create(
            "node",
            JournalDatabase.settings(place)
                .withFallback(
                    ConfigFactory.parseString("pekko.loglevel = WARNING, pekko.log-dead-letters=0"))
                .withFallback(ConfigFactory.load()));
    recover();
  }

  void recover() throws InterruptedException {
    groups.clear();
    snapshot = Optional.empty();
    kit.spawn(coordinator());
    for (Said next = said(); ; next = said()) {
      if (next instanceof SnapshotRead read) {
        snapshot = Optional.of(read);
      } else if (next instanceof GroupRead group) {
        groups.add(number(group.group()));
      } else {
        recovered = (Recovered) next;
        return;
      }
    }
  }

  private Behavior<Said> coordinator() {
    return Behaviors.setup(
        context -> {
          journal = Journal.start(context, database, context.getSelf());
          return Behaviors.receiveMessage(
              message -> {
                said.add(message);
                return Behaviors.same();
              });
        });
  }

  Said said() throws InterruptedException {
    Said next = said.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the journal says nothing");
    }
    return next;
  }

  Said write(long number, Optional<byte[]> snapshot) throws InterruptedException {
    journal.tell(new Write(bytes(number, 8), snapshot));
    return said();
  }

  Said write(long number) throws InterruptedException {
    return write(number, Optional.empty());
  }

  static boolean failed(Said said) {
    return said instanceof Failed;
  }

  static boolean written(Said said, long sequence) {
    return said.equals(new Written(sequence));
  }

  static byte[] bytes(long number, int size) {
    return ByteBuffer.allocate(size).putLong(number).array();
  }

  static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    database.close();
  }

  static final Duration PATIENCE = Duration.ofSeconds(60);
}
