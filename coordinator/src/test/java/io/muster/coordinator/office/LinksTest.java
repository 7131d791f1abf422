package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.store.FileStore;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksTest {
  private static final WorkerId WORKER = new WorkerId("w1");
  private static final ToWorker ITEM = new ToWorker.Revoke(new AttemptId(1, 1));

  @TempDir private Path folder;
  private FileStore store;
  private Gathering gathering;
  private Links links;

  @BeforeEach
  void start() {
    store = new FileStore(folder);
    gathering = new Gathering(store::group);
    links = new Links(gathering);
  }

  @AfterEach
  void end() {
    store.close();
  }

  @Test
  void aWorkerThatComesAgainWithoutItsIdGetsANewLinkThatWasToldNothing() {
    Wire lost = open(links.registered(WORKER));
    assertThat(links.of(WORKER).orElseThrow().prepares(new JobId(1))).isTrue();

    links.registering();
    links.send(WORKER, ITEM);
    OpenLink again = links.registered(WORKER);
    Wire wire = open(again);
    links.flush(again);

    assertThat(lost.closed).isTrue();
    assertThat(lost.sent).isEmpty();
    assertThat(wire.sent).containsExactly(ITEM);
    assertThat(again.prepares(new JobId(1))).isTrue();
  }

  @Test
  void whatOthersAreSentWhileAWorkerIsRefusedReachesThem() {
    Wire other = open(links.registered(WORKER));

    links.registering();
    links.send(WORKER, ITEM);
    links.refused();

    assertThat(other.sent).containsExactly(ITEM);
  }

  @Test
  void nothingOfAJobIsSentBeforeItIsDurable() {
    JobId job = new JobId(1);
    OpenLink link = links.registered(WORKER);
    Wire wire = open(link);
    gathering.record(new JournalRecord.InputsClosed(job));
    gathering.jobWaits(job);
    links.send(WORKER, job, 0, () -> Optional.of(ITEM));
    gathering.cut();
    links.flush(link);
    assertThat(wire.sent).isEmpty();
    gathering.written();
    assertThat(wire.sent).containsExactly(ITEM);
  }

  @Test
  void whatIsDurableIsSentThoughTheJobGetsMoreAndMoreInputs() {
    JobId job = new JobId(1);
    Wire wire = open(links.registered(WORKER));
    gathering.record(new JournalRecord.InputsClosed(job));
    gathering.inputsWait(job, 0);
    links.send(WORKER, job, 10, () -> Optional.of(ITEM));
    gathering.cut();
    gathering.record(new JournalRecord.InputsClosed(job));
    gathering.inputsWait(job, 10);
    assertThat(wire.sent).isEmpty();
    gathering.written();
    assertThat(wire.sent).as("its inputs are written").containsExactly(ITEM);

    links.send(WORKER, job, 20, () -> Optional.of(ITEM));
    gathering.cut();
    gathering.record(new JournalRecord.InputsClosed(job));
    gathering.inputsWait(job, 20);
    links.send(WORKER, job, 30, () -> Optional.of(ITEM));
    gathering.written();
    assertThat(wire.sent).hasSize(2);
    gathering.cut();
    gathering.written();
    assertThat(wire.sent).as("nothing is forgotten").hasSize(3);
  }

  @Test
  void aJobThatAWorkerClaimsIsSaidToBeOverOnItsNewLink() {
    OpenLink link = links.registered(WORKER);
    Wire wire = open(link);
    link.claims(new JobId(1));
    links.jobOver(new JobId(1));
    links.jobOver(new JobId(2));
    assertThat(wire.sent).containsExactly(new ToWorker.JobOver(new JobId(1)));
  }

  private static Wire open(OpenLink link) {
    Wire wire = new Wire();
    link.open(wire);
    return wire;
  }

  private static final class Wire implements Link {
    final List<ToWorker> sent = new ArrayList<>();
    boolean closed;

    @Override
    public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {}

    @Override
    public void send(ToWorker item) {
      sent.add(item);
    }

    @Override
    public void durable(long through) {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
