package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionConnection;
import io.muster.coordinator.desk.SessionNews;
import io.muster.coordinator.journal.Epochs;
import io.muster.coordinator.journal.Journal;
import io.muster.coordinator.journal.JournalId;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.state.Refusal;
import io.muster.coordinator.store.FileStore;
import io.muster.coordinator.wire.JournalWire;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator's actor with a journal that writes when the test says so. */
class CoordinatorTest {
  @TempDir private Path folder;
  private ActorTestKit kit;
  private FileStore store;
  private TestProbe<Journal.Command> journal;
  private ActorRef<Journal.Said> said;
  private ActorRef<Coordinator.Command> coordinator;
  private long written;
  private final CompletableFuture<Desk> opened = new CompletableFuture<>();
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  @BeforeEach
  void start() {
    kit =
        ActorTestKit.create(
            "coordinator",
            ConfigFactory.parseString(
                "pekko.loglevel = OFF, pekko.actor.testkit.typed.single-expect-default = 60s"));
    store = new FileStore(folder);
    journal = kit.createTestProbe();
    CompletableFuture<ActorRef<Journal.Said>> adapter = new CompletableFuture<>();
    coordinator =
        kit.spawn(
            Coordinator.create(
                new OfficeSettings(
                    (context, to) -> {
                      adapter.complete(to);
                      return journal.getRef();
                    },
                    store,
                    Duration.ofMillis(5),
                    Duration.ofSeconds(60),
                    1_000,
                    1 << 20,
                    new JournalMeter() {
                      @Override
                      public void writing(int records, long bytes) {}

                      @Override
                      public void written() {}
                    },
                    new OfficeSettings.Opening() {
                      @Override
                      public void opened(ActorRef<Coordinator.Command> self, Desk desk) {
                        opened.complete(desk);
                      }

                      @Override
                      public void closed() {}
                    },
                    ended::complete)));
    said = adapter.orTimeout(60, TimeUnit.SECONDS).join();
    said.tell(new Journal.Recovered(new JournalId("j"), new Epochs(new long[0], 0)));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    store.close();
  }

  private List<JournalRecord> write() {
    return JournalWire.fromBytes(journal.expectMessageClass(Journal.Write.class).group());
  }

  private void written() {
    said.tell(new Journal.Written(++written));
  }

  private Desk desk() {
    write();
    written();
    return opened.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static JobSpec spec(String request, Inputs inputs) {
    return new JobSpec(
        request,
        "job",
        "user",
        new Program.Command(List.of("true"), false, "", List.of()),
        inputs,
        Policy.DEFAULT);
  }

  private static <T> T get(java.util.concurrent.CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** The end of a link in the hands of the test. */
  private static final class TestLink implements Link {
    final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
    final CompletableFuture<WorkerId> worker = new CompletableFuture<>();

    @Override
    public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {
      worker.complete(((RegistrationReply.Welcome) reply).id());
    }

    @Override
    public void send(ToWorker item) {
      got.add(item);
    }

    @Override
    public void durable(long through) {
      got.add(through);
    }

    @Override
    public void close() {}

    Object next() throws InterruptedException {
      Object next = got.poll(60, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return next;
    }
  }

  private TestLink register() throws Exception {
    TestLink link = new TestLink();
    coordinator.tell(
        new Coordinator.Register(
            new Registration(
                "incarnation",
                null,
                null,
                "here",
                1,
                0,
                1 << 28,
                Map.of(),
                "test",
                Registration.PROTOCOL_VERSION,
                Set.of(),
                false,
                List.of()),
            link));
    write();
    assertThat(link.worker).isNotDone();
    written();
    get(link.worker);
    return link;
  }

  @Test
  void nobodyIsServedBeforeTheEpochIsWritten() {
    assertThat(write())
        .singleElement()
        .isInstanceOfSatisfying(
            JournalRecord.EpochOpened.class, first -> assertThat(first.epoch()).isEqualTo(1));
    assertThat(opened).isNotDone();

    written();
    assertThat(opened.orTimeout(60, TimeUnit.SECONDS).join().journal()).isEqualTo("j");
  }

  @Test
  void aSubmissionIsAnsweredWhenItIsWritten() throws Exception {
    Desk desk = desk();
    CompletableFuture<JobId> job =
        desk.submit(spec("r", new Inputs.Range(0, 3, 1)), null, new InputSizes())
            .toCompletableFuture();
    assertThat(write()).anyMatch(record -> record instanceof JournalRecord.JobSubmitted);
    assertThat(job).isNotDone();

    written();
    assertThat(get(job)).isEqualTo(new JobId(1));
  }

  @Test
  void nothingOfAJobIsSentBeforeItsSubmissionIsWritten() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    CompletableFuture<JobId> job =
        desk.submit(spec("r", new Inputs.Range(0, 2, 1)), null, new InputSizes())
            .toCompletableFuture();
    write();
    assertThat(link.got).isEmpty();
    assertThat(job).isNotDone();

    written();
    get(job);
    assertThat(link.next()).isInstanceOf(ToWorker.Prepare.class);
    assertThat(link.next()).isInstanceOf(ToWorker.Assign.class);
  }

  @Test
  void aChunkIsSentBeforeAndAcknowledgedAfterTheWrite() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    CompletableFuture<JobId> job =
        desk.submit(spec("r", new Inputs.Range(0, 2, 1)), null, new InputSizes())
            .toCompletableFuture();
    write();
    written();
    get(job);
    assertThat(link.next()).isInstanceOf(ToWorker.Prepare.class);
    ToWorker.Assign assign = (ToWorker.Assign) link.next();

    coordinator.tell(
        new Coordinator.Said(
            get(link.worker),
            link,
            List.of(
                new ToCoordinator.Started(assign.attempt()),
                succeeded(assign.attempt(), assign.interval())),
            2));
    CompletableFuture<io.muster.coordinator.state.JobView> view =
        desk.job(new JobId(1)).toCompletableFuture();
    ToWorker.Assign second = (ToWorker.Assign) link.next();
    assertThat(second.interval()).isEqualTo(new Interval(1, 2));
    while (!write().stream().anyMatch(record -> record instanceof JournalRecord.TasksEnded)) {
      written();
    }
    assertThat(link.got).doesNotContain(2L);
    assertThat(view).isNotDone();

    written();
    assertThat(get(view).succeeded()).isEqualTo(1);
    assertThat(link.got.contains(2L) || link.next().equals(2L)).isTrue();
  }

  private static Outcomes succeeded(AttemptId attempt, Interval interval) {
    int count = (int) interval.size();
    int[] lengths = new int[count];
    Arrays.fill(lengths, 1);
    return new Outcomes(
        attempt,
        interval,
        false,
        new Values(
            Encoding.BYTES, "x".repeat(count).getBytes(StandardCharsets.UTF_8), lengths, List.of()),
        new int[0],
        new int[0],
        new int[0],
        List.of(),
        1_000);
  }

  @Test
  void inputsAreSentWhenTheyAreStoredAndNoSooner() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    CompletableFuture<JobId> job =
        desk.submit(spec("r", new Inputs.Open()), null, new InputSizes()).toCompletableFuture();
    write();
    written();
    get(job);
    Values input =
        new Values(Encoding.BYTES, "in".getBytes(StandardCharsets.UTF_8), new int[] {2}, List.of());
    CompletableFuture<Long> appended =
        desk.append(new JobId(1), null, 0, input).toCompletableFuture();
    write();
    assertThat(link.got).isEmpty();
    assertThat(appended).isNotDone();

    written();
    assertThat(get(appended)).isEqualTo(1);
    assertThat(link.next()).isInstanceOf(ToWorker.Prepare.class);
    assertThat(((ToWorker.Assign) link.next()).inputs()).isEqualTo(input);
  }

  /** A client that keeps what it is told. */
  private static final class TestClient implements SessionClient {
    final BlockingQueue<SessionNews> told = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> over = new CompletableFuture<>();
    final AtomicInteger wanted = new AtomicInteger();

    @Override
    public void told(SessionNews news) {
      told.add(news);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void wantsMore() {
      wanted.incrementAndGet();
    }

    @Override
    public void over(Throwable reason) {
      over.complete(reason);
    }

    <T extends SessionNews> T next(Class<T> type) throws InterruptedException {
      SessionNews next = told.poll(60, TimeUnit.SECONDS);
      assertThat(next).isInstanceOf(type);
      return type.cast(next);
    }
  }

  private static final String SESSION = "a-session-of-the-test";

  private JobId openJob(SessionConnection session, TestClient client) throws Exception {
    client.next(SessionNews.Opened.class);
    session.openJob(spec("calls", new Inputs.Open()));
    assertThat(write()).anyMatch(record -> record instanceof JournalRecord.JobSubmitted);
    assertThat(client.told).isEmpty();
    written();
    return client.next(SessionNews.JobOpened.class).job();
  }

  private static Values calls(int count) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, 1);
    return new Values(
        Encoding.JAVA,
        new byte[count],
        lengths,
        List.of(),
        List.of(new Values.Head(0, new byte[] {7}, null)));
  }

  private void says(TestLink link, ToCoordinator... items) throws Exception {
    coordinator.tell(new Coordinator.Said(get(link.worker), link, List.of(items), 1));
  }

  @Test
  void aSessionsTasksAreSentAndAnsweredWithoutTheJournal() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    TestClient client = new TestClient();
    SessionConnection session = desk.session(SESSION, client);
    JobId job = openJob(session, client);
    session.append(job, 0, calls(3));
    assertThat(link.next()).isInstanceOf(ToWorker.Prepare.class);
    ToWorker.Assign assign = (ToWorker.Assign) link.next();
    assertThat(assign.inputs()).isEqualTo(calls(1));

    says(
        link,
        new ToCoordinator.Started(assign.attempt()),
        succeeded(assign.attempt(), assign.interval()));
    SessionNews.Answered answered = client.next(SessionNews.Answered.class);
    assertThat(answered.job()).isEqualTo(job);
    assertThat(answered.outcomes().interval()).isEqualTo(new Interval(0, 1));
    assertThat(link.next())
        .satisfiesAnyOf(
            next -> assertThat(next).isEqualTo(1L),
            next -> assertThat(next).isInstanceOf(ToWorker.Assign.class));
    journal.expectNoMessage();
    assertThat(client.wanted).hasValue(2);
  }

  @Test
  void whatWasNotReceivedIsSaidAgainOverANewConnection() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    TestClient client = new TestClient();
    SessionConnection session = desk.session(SESSION, client);
    JobId job = openJob(session, client);
    session.append(job, 0, calls(2));
    link.next();
    ToWorker.Assign first = (ToWorker.Assign) link.next();
    says(link, succeeded(first.attempt(), first.interval()));
    SessionNews.Answered answered = client.next(SessionNews.Answered.class);

    session.lost();
    TestClient again = new TestClient();
    session = desk.session(SESSION, again);
    assertThat(again.next(SessionNews.Opened.class).jobs())
        .containsExactly(new SessionNews.Known(job, "calls", 2));
    assertThat(again.next(SessionNews.Answered.class)).isEqualTo(answered);

    session.append(job, 0, calls(2)); // all of them are there already
    session.received(answered.number());
    session.append(job, 3, calls(1));
    assertThat(again.over.orTimeout(60, TimeUnit.SECONDS).join())
        .isInstanceOf(Refusal.WrongState.class)
        .hasMessageContaining("the next one is 2, not 3");
    TestClient last = new TestClient();
    desk.session(SESSION, last);
    assertThat(last.next(SessionNews.Opened.class).jobs())
        .containsExactly(new SessionNews.Known(job, "calls", 2));
    get(desk.jobs());
    assertThat(last.told).isEmpty();
  }

  @Test
  void aSessionThatEndsTakesItsJobsWithIt() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    TestClient client = new TestClient();
    SessionConnection session = desk.session(SESSION, client);
    JobId job = openJob(session, client);
    session.append(job, 0, calls(2));
    link.next();
    ToWorker.Assign assign = (ToWorker.Assign) link.next();
    session.end();
    assertThat(link.next()).isEqualTo(new ToWorker.Revoke(assign.attempt()));
    assertThat(link.next()).isEqualTo(new ToWorker.JobOver(job));
    assertThat(get(desk.jobs())).isEmpty();
    journal.expectNoMessage();
  }

  @Test
  void aClosedJobIsForgottenWhenItsEndWasReceived() throws Exception {
    Desk desk = desk();
    TestLink link = register();
    TestClient client = new TestClient();
    SessionConnection session = desk.session(SESSION, client);
    JobId job = openJob(session, client);
    session.append(job, 0, calls(1));
    session.closeInputs(job);
    link.next();
    ToWorker.Assign assign = (ToWorker.Assign) link.next();
    says(link, succeeded(assign.attempt(), assign.interval()));
    client.next(SessionNews.Answered.class);
    SessionNews.JobEnded ended = client.next(SessionNews.JobEnded.class);
    assertThat(get(desk.jobs())).hasSize(1);
    session.received(ended.number());
    assertThat(get(desk.jobs())).isEmpty();
  }

  @Test
  void aFailedWriteEndsTheEpochAndAnswersNobody() {
    Desk desk = desk();
    CompletableFuture<JobId> job =
        desk.submit(spec("r", new Inputs.None()), null, new InputSizes()).toCompletableFuture();
    write();
    said.tell(new Journal.Failed(new IllegalStateException("disk full")));

    assertThat(ended.orTimeout(60, TimeUnit.SECONDS).join()).hasMessage("disk full");
    assertThatThrownBy(() -> get(job)).hasCauseInstanceOf(NotActive.class);
    assertThatThrownBy(() -> get(desk.jobs())).hasCauseInstanceOf(NotActive.class);
  }

  @Test
  void theSameRequestTwiceIsOneJob() throws Exception {
    Desk desk = desk();
    CompletableFuture<JobId> first =
        desk.submit(spec("r", new Inputs.None()), null, new InputSizes()).toCompletableFuture();
    CompletableFuture<JobId> second =
        desk.submit(spec("r", new Inputs.None()), null, new InputSizes()).toCompletableFuture();
    write();
    written();

    assertThat(get(first)).isEqualTo(get(second));
  }
}
