package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionNews;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Now;
import io.muster.coordinator.store.FileStore;
import io.muster.node.link.Link;
import io.muster.node.link.LinkOwner;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The office with clients' sessions; the test writes the journal's groups and is the worker. */
class SessionsTest {
  private static final String SESSION = "a client's secret";
  private static final JobId JOB = new JobId(1);
  private static final int MIB = 1 << 20;
  private static final Duration SILENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private FileStore store;
  private Gathering gathering;
  private Office office;
  private long nanos = 1;
  private final TestWorker worker = new TestWorker();

  private static final class TestClient implements SessionClient {
    final List<SessionNews> heard = new ArrayList<>();
    boolean ready = true;
    int wanted;
    @Nullable Throwable why;

    @Override
    public void told(SessionNews news) {
      heard.add(news);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void wantsMore() {
      wanted++;
    }

    @Override
    public void over(Throwable reason) {
      why = reason;
    }

    List<SessionNews> take() {
      List<SessionNews> taken = List.copyOf(heard);
      heard.clear();
      return taken;
    }
  }

  private final class TestWorker implements Link {
    final List<ToWorker> told = new ArrayList<>();
    private long said;

    @Override
    public void answer(RegistrationReply reply, LinkOwner<ToCoordinator> owner) {}

    @Override
    public void send(ToWorker item) {
      told.add(item);
    }

    @Override
    public void durable(long through) {}

    @Override
    public void close() {}

    List<ToWorker> take() {
      List<ToWorker> taken = List.copyOf(told);
      told.clear();
      return taken;
    }

    List<ToWorker.Assign> chunks() {
      return take().stream()
          .filter(item -> item instanceof ToWorker.Assign)
          .map(item -> (ToWorker.Assign) item)
          .toList();
    }

    void says(ToCoordinator item) {
      office.received(new WorkerId("w1"), this, List.of(item), ++said, now());
    }

    /** All chunks, and those that follow them, give results of this size. */
    void runsAll(int size) {
      for (List<ToWorker.Assign> some = chunks(); !some.isEmpty(); some = chunks()) {
        some.forEach(assign -> says(succeeded(assign, size)));
      }
    }
  }

  @BeforeEach
  void open() {
    store = new FileStore(folder);
    open(new Room(1L << 30), new Room(1L << 30));
  }

  private void open(Room inputs, Room news) {
    gathering = new Gathering(store::group);
    ClusterState state = new ClusterState();
    office =
        new Office(
            state,
            gathering,
            new Watchers(),
            store,
            new Sessions(state, gathering, SILENCE, inputs, news),
            (id, link) ->
                new LinkOwner<>() {
                  @Override
                  public void received(List<ToCoordinator> items, long through) {}

                  @Override
                  public void over(String reason) {}
                });
    office.opened(1, "j", 1, now());
    write();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  private void write() {
    while (gathering.cut().isPresent()) {
      gathering.written();
    }
  }

  private void worker() {
    office.registered(
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
        worker,
        now());
    write();
  }

  private TestClient connect() {
    TestClient client = new TestClient();
    office.sessions().connected(SESSION, client);
    write();
    return client;
  }

  /** Another client, with a job. */
  private TestClient connect(String session, Office.SessionRequest job) {
    TestClient client = new TestClient();
    office.sessions().connected(session, client);
    office.said(session, client, true, job, now());
    write();
    client.take();
    return client;
  }

  private void say(TestClient client, Office.SessionRequest request) {
    office.said(SESSION, client, true, request, now());
  }

  private void gone(TestClient client) {
    office.said(
        SESSION,
        client,
        false,
        (sessions, session, now, effects) -> session.disconnected(now.monotonicNanos()),
        now());
  }

  private static Office.SessionRequest received(long number) {
    return (sessions, session, now, effects) -> sessions.received(session, number, now, effects);
  }

  private static Office.SessionRequest cancelTask(long index) {
    return (sessions, session, now, effects) ->
        sessions.cancelTask(session, JOB, index, true, now, effects);
  }

  private static Office.SessionRequest job(long chunk) {
    Policy policy =
        new Policy(
            null,
            1,
            5,
            0,
            chunk,
            0,
            0,
            0,
            0,
            Map.of(),
            Map.of(),
            1 << 20,
            1 << 30,
            Duration.ofMillis(100),
            Policy.Keys.DEFAULT);
    JobSpec spec =
        new JobSpec(
            "pool",
            "pool",
            "user",
            new Program.Calls(List.of(), new byte[0], 0),
            new Inputs.Open(),
            policy);
    return (sessions, session, now, effects) -> sessions.openJob(session, spec, now, effects);
  }

  /** A client with an open job, and a worker. */
  private TestClient opened(long chunk) {
    worker();
    TestClient client = connect();
    say(client, job(chunk));
    write();
    client.take();
    return client;
  }

  private static Values values(String... texts) {
    int[] lengths = Arrays.stream(texts).mapToInt(String::length).toArray();
    byte[] bytes = String.join("", texts).getBytes(StandardCharsets.UTF_8);
    return new Values(Encoding.JAVA, bytes, lengths, List.of());
  }

  private static Office.SessionRequest append(long from, String... texts) {
    return append(from, values(texts));
  }

  private static Office.SessionRequest append(long from, Values inputs) {
    return (sessions, session, now, effects) ->
        sessions.append(session, JOB, from, inputs, now, effects);
  }

  private static Office.SessionRequest large(long from, int size) {
    return append(from, new Values(Encoding.JAVA, new byte[size], new int[] {size}, List.of()));
  }

  private static Outcomes succeeded(ToWorker.Assign assign, int size) {
    return outcomes(assign, size, FailureKind.EXCEPTION);
  }

  private static Outcomes outcomes(
      ToWorker.Assign assign, int size, FailureKind kind, int... failed) {
    int count = (int) assign.interval().size() - failed.length;
    int[] lengths = new int[count];
    Arrays.fill(lengths, size);
    int[] tries = new int[failed.length];
    Arrays.fill(tries, 1);
    return new Outcomes(
        assign.attempt(),
        assign.interval(),
        false,
        new Values(Encoding.JAVA, new byte[count * size], lengths, List.of()),
        failed,
        new int[failed.length],
        tries,
        failed.length == 0 ? List.of() : List.of(Failure.of(kind, "no")),
        1_000);
  }

  private static List<Interval> answers(TestClient client) {
    return client.take().stream()
        .filter(news -> news instanceof SessionNews.Answered)
        .map(news -> ((SessionNews.Answered) news).outcomes().interval())
        .toList();
  }

  @Test
  void aWorkerHearsOfAJobOnlyWhenItsNumberIsTakenForGood() {
    worker();
    TestClient client = connect();
    assertThat(client.take()).containsExactly(new SessionNews.Opened(List.of()));
    say(client, job(0));
    say(client, append(0, "one"));
    assertThat(worker.told).isEmpty();
    assertThat(client.heard).isEmpty();

    write();
    assertThat(client.take()).containsExactly(new SessionNews.JobOpened("pool", JOB));
    assertThat(worker.take())
        .anySatisfy(
            item -> {
              assertThat(item).isInstanceOf(ToWorker.Assign.class);
              assertThat(((ToWorker.Assign) item).inputs()).isEqualTo(values("one"));
            })
        .noneMatch(item -> item.toString().contains(SESSION));
  }

  @Test
  void callsAreAnsweredWithoutTheJournal() {
    TestClient client = opened(2);
    say(client, append(0, "a", "bb", "ccc"));
    ToWorker.Assign first = worker.chunks().get(0);
    assertThat(first.inputs()).isEqualTo(values("a", "bb"));
    worker.says(succeeded(first, 1));

    assertThat(answers(client)).containsExactly(new Interval(0, 2));
    assertThat(gathering.isGathering()).isFalse();
    assertThat(store.size()).isZero();
  }

  @Test
  void aChunkIsPutTogetherFromManySmallBlocks() {
    TestClient client = opened(6);
    say(client, append(0, "a"));
    say(client, append(1, "b", "c"));
    say(client, append(3, "d"));
    say(client, append(2, "c", "d", "e", "f"));
    ToWorker.Assign first = worker.chunks().get(0);
    worker.says(succeeded(first, 1));

    assertThat(worker.chunks().get(0).inputs()).isEqualTo(values("b", "c", "d", "e", "f"));
  }

  @Test
  void whatWasNotReceivedIsSaidAgainToTheNextConnection() {
    TestClient client = opened(1);
    say(client, append(0, "a", "b"));
    worker.runsAll(1);
    assertThat(answers(client)).hasSize(2);
    say(client, received(1));
    gone(client);

    TestClient next = connect();
    assertThat(next.heard.get(0))
        .isEqualTo(new SessionNews.Opened(List.of(new SessionNews.Known(JOB, "pool", 2))));
    assertThat(answers(next)).containsExactly(new Interval(1, 2));
    say(next, append(0, "a", "b", "c"));
    worker.runsAll(1);
    assertThat(answers(next)).containsExactly(new Interval(2, 3));
  }

  @Test
  void aNewerConnectionTakesThePlaceOfTheOlder() {
    TestClient client = opened(1);
    TestClient next = connect();
    assertThat(client.why).isInstanceOf(NotActive.class);
    gone(client);
    say(client, append(0, "a"));
    say(next, append(0, "b"));

    assertThat(worker.chunks()).extracting(ToWorker.Assign::inputs).containsExactly(values("b"));
  }

  @Test
  void aClosedJobIsForgottenWhenItsEndWasReceived() {
    TestClient client = opened(1);
    say(client, append(0, "a"));
    say(
        client,
        (sessions, session, now, effects) -> sessions.closeInputs(session, JOB, now, effects));
    worker.runsAll(1);
    assertThat(client.heard.get(1)).isEqualTo(new SessionNews.JobEnded(2, JOB, null));
    say(client, received(1));
    assertThat(office.state().jobs()).hasSize(1);
    say(client, received(2));

    assertThat(office.state().jobs()).isEmpty();
    say(client, append(1, "late"));
    assertThat(client.why).isNull();
  }

  @Test
  void tasksThatRunAgainAreNotAnsweredYet() {
    TestClient client = opened(3);
    say(client, append(0, "a", "b", "c"));
    ToWorker.Assign chunk = worker.chunks().get(0);
    say(client, cancelTask(2));
    assertThat(worker.take()).containsExactly(new ToWorker.StopTask(chunk.attempt(), 2, false));
    worker.says(outcomes(chunk, 1, FailureKind.EXCEPTION, 1));

    SessionNews.Answered answer = (SessionNews.Answered) client.heard.get(0);
    assertThat(answer.unanswered()).containsExactly(1);
    nanos += 1_000_000_000;
    office.tick(now());
    ToWorker.Assign again = worker.chunks().get(0);
    assertThat(again.inputs()).isEqualTo(values("b"));
    assertThat(again.tries()).containsExactly(2);
  }

  @Test
  void aCrashIsAnsweredWithItsReason() {
    TestClient client = opened(1);
    say(client, append(0, "a"));
    for (int death = 0; death < 5; death++) {
      ToWorker.Assign chunk = worker.chunks().get(0);
      worker.says(
          new ToCoordinator.AttemptFailed(
              chunk.attempt(), 0, 1, Failure.of(FailureKind.CRASH, "died")));
      nanos += 10_000_000_000L;
      office.tick(now());
    }

    SessionNews.Answered answer = (SessionNews.Answered) client.heard.get(0);
    assertThat(answer.outcomes().failures()).containsExactly(Failure.of(FailureKind.CRASH, "died"));
    assertThat(answer.outcomes().tries()).containsExactly(5);
  }

  @Test
  void aSessionEndsAMinuteAfterItsLastConnection() {
    TestClient client = opened(1);
    say(client, append(0, "a"));
    gone(client);
    worker.take();
    assertThat(office.nextTick()).isLessThanOrEqualTo(nanos + SILENCE.toNanos());
    nanos += SILENCE.toNanos() - 1;
    office.tick(now());
    assertThat(office.state().jobs()).hasSize(1);
    nanos++;
    office.tick(now());

    assertThat(office.state().jobs()).isEmpty();
    assertThat(worker.take())
        .anyMatch(item -> item instanceof ToWorker.Revoke)
        .anyMatch(item -> item instanceof ToWorker.JobOver);
    assertThat(connect().heard).containsExactly(new SessionNews.Opened(List.of()));
  }

  @Test
  void noMoreThan32MiBOfInputsAreAskedFor() {
    TestClient client = connect();
    say(client, job(1));
    write();
    int before = client.wanted;
    for (int k = 0; k < 70; k++) {
      say(client, large(k, MIB));
    }
    assertThat(client.wanted - before).isEqualTo(31);

    worker();
    worker.runsAll(1);
    assertThat(client.wanted - before).isEqualTo(70);
    assertThat(answers(client)).hasSize(70);
  }

  @Test
  void sessionsShareWhatTheCoordinatorHasRoomFor() {
    open(new Room(8 * MIB), new Room(8 * MIB));
    TestClient one = connect("the first client", job(1));
    TestClient two = connect("the second client", job(1));
    List<TestClient> clients = List.of(one, two);
    int[] before = {one.wanted, two.wanted};
    for (int k = 0; k < 10; k++) {
      JobId second = new JobId(2);
      Values input = values("x".repeat(MIB));
      int from = k;
      office.said("the first client", one, true, large(k, MIB), now());
      office.said(
          "the second client",
          two,
          true,
          (sessions, session, now, effects) ->
              sessions.append(session, second, from, input, now, effects),
          now());
    }
    for (int k = 0; k < 2; k++) {
      assertThat(clients.get(k).wanted - before[k]).isBetween(3, 4);
    }

    office.said(
        "the second client",
        two,
        true,
        (sessions, session, now, effects) -> sessions.end(session, now, effects),
        now());
    worker();
    worker.runsAll(1);
    assertThat(one.wanted - before[0]).isEqualTo(10);
  }

  @Test
  void aClientThatIsHeldWhileOthersLeaveGoesOn() {
    open(new Room(64 * MIB), new Room(6 * MIB));
    worker();
    TestClient one = connect("the first client", job(1));
    TestClient two = connect("the second client", job(1));
    JobId second = new JobId(2);
    for (int k = 0; k < 20; k++) {
      int from = k;
      office.said("the first client", one, true, append(k, "x"), now());
      office.said(
          "the second client",
          two,
          true,
          (sessions, session, now, effects) ->
              sessions.append(session, second, from, values("y"), now, effects),
          now());
    }
    worker.runsAll(MIB);
    assertThat(office.state().job(JOB).succeeded()).isLessThan(20);

    office.said(
        "the second client",
        two,
        true,
        (sessions, session, now, effects) -> sessions.end(session, now, effects),
        now());
    while (office.state().job(JOB).succeeded() < 20) {
      List<SessionNews> news = one.take();
      assertThat(news).isNotEmpty();
      long number = ((SessionNews.Answered) news.get(news.size() - 1)).number();
      office.said("the first client", one, true, received(number), now());
      worker.runsAll(MIB);
    }
  }

  @Test
  void nothingMoreIsStartedWhileTheClientIsFarBehind() {
    TestClient client = opened(8);
    for (int k = 0; k < 200; k++) {
      say(client, append(k, "x"));
    }
    worker.runsAll(MIB);
    long started = office.state().job(JOB).succeeded();
    assertThat(started).isBetween(32L, 64L);
    int before = client.wanted;
    say(client, append(200, "x"));
    assertThat(client.wanted).as("what it received is behind this").isEqualTo(before + 1);

    while (!client.heard.isEmpty()) {
      List<SessionNews> answers = client.take();
      SessionNews last = answers.get(answers.size() - 1);
      say(client, received(((SessionNews.Answered) last).number()));
      worker.runsAll(MIB);
    }
    assertThat(office.state().job(JOB).succeeded()).isEqualTo(201);
  }

  @Test
  void aGapEndsTheConnectionWithALine() {
    TestClient client = opened(1);
    say(client, append(3, "a"));
    assertThat(client.why).hasMessage("job 1 has 0 inputs: the next one is 0, not 3");
  }

  @Test
  void aTaskThatIsCancelledWhileItPausesRunsNoMore() {
    TestClient client = opened(1);
    say(client, append(0, "a"));
    worker.says(outcomes(worker.chunks().get(0), 1, FailureKind.EXCEPTION, 0));
    say(client, cancelTask(0));
    nanos += 10_000_000_000L;
    office.tick(now());

    assertThat(worker.chunks()).isEmpty();
    say(
        client,
        (sessions, session, now, effects) -> sessions.closeInputs(session, JOB, now, effects));
    assertThat(client.heard).anyMatch(news -> news instanceof SessionNews.JobEnded);
  }

  @Test
  void aClientThatTakesNoAnswersStartsNothingMoreAndMissesNone() {
    TestClient client = opened(1);
    client.ready = false;
    for (int k = 0; k < 100; k++) {
      say(client, append(k, "x"));
    }
    worker.runsAll(MIB);
    long started = office.state().job(JOB).succeeded();
    assertThat(started).isBetween(32L, 50L);
    assertThat(answers(client)).isEmpty();

    client.ready = true;
    while (office.state().job(JOB).succeeded() < 100) {
      office.said(
          SESSION, client, false, (sessions, session, now, effects) -> session.flush(), now());
      List<SessionNews> news = client.take();
      assertThat(news).isNotEmpty();
      say(client, received(((SessionNews.Answered) news.get(news.size() - 1)).number()));
      worker.runsAll(MIB);
    }
  }

  @Test
  void aCancelledJobIsGone() {
    TestClient client = opened(1);
    say(client, append(0, "a", "b"));
    worker.runsAll(1);
    say(client, append(2, "c"));
    say(
        client,
        (sessions, session, now, effects) -> sessions.cancelJob(session, JOB, now, effects));

    assertThat(office.state().jobs()).isEmpty();
    gone(client);
    assertThat(connect().heard).containsExactly(new SessionNews.Opened(List.of()));
  }
}
