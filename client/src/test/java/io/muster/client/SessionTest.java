package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.model.ClusterException;
import io.muster.protocol.wire.v1.SessionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class SessionTest {
  private static final Map<Integer, AtomicInteger> RUNS = new ConcurrentHashMap<>();

  private FakeCoordinator coordinator;
  private Muster muster;

  @BeforeEach
  void start() {
    RUNS.clear();
    coordinator = new FakeCoordinator(4);
    muster = Muster.connect(coordinator.address());
  }

  @AfterEach
  void stop() {
    muster.close();
    coordinator.close();
  }

  private static int squared(int x) {
    RUNS.computeIfAbsent(x, any -> new AtomicInteger()).incrementAndGet();
    return x * x;
  }

  private static int hangingAtZero(int x) throws InterruptedException {
    if (x == 0) {
      Thread.sleep(3_600_000);
    }
    return x;
  }

  private static List<AsyncResult<Integer>> submitted(MusterExecutor executor, int from, int to) {
    List<AsyncResult<Integer>> results = new ArrayList<>();
    for (int i = from; i < to; i++) {
      int x = i;
      results.add(executor.submit(() -> squared(x)));
    }
    return results;
  }

  private static void assertSquares(List<AsyncResult<Integer>> results) throws Exception {
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).get()).isEqualTo(i * i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "here", "here:", ":7351", "here:99999", "here:x", "http://here:7351"})
  void anAddressIsAHostAndAPort(String address) {
    assertThatThrownBy(() -> Muster.connect(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a HOST:PORT: '" + address + "'");
  }

  @Test
  void whatIsQueuedGoesInOneMessage() throws Exception {
    coordinator.passes = reply -> !reply.hasJobOpened();
    MusterExecutor executor = muster.executor();
    while (coordinator.count(SessionRequest.RequestCase.OPEN_JOB) == 0) {
      Thread.onSpinWait();
    }
    List<AsyncResult<Integer>> results = submitted(executor, 0, 30);
    coordinator.passes = reply -> true;
    coordinator.breakConnections(); // the job is known when the client comes again
    assertSquares(results);
    assertThat(coordinator.count(SessionRequest.RequestCase.APPEND)).isEqualTo(1);
  }

  @Test
  void aMapIsCutIntoMessagesWithOneHeadEach() throws Exception {
    try (Pool pool = muster.pool()) {
      List<Integer> inputs = IntStream.range(0, 20_000).boxed().toList();
      assertThat(pool.map(x -> x + 1, inputs))
          .isEqualTo(IntStream.range(1, 20_001).boxed().toList());
    }
    assertThat(coordinator.requests)
        .filteredOn(SessionRequest::hasAppend)
        .allSatisfy(
            request -> assertThat(request.getAppend().getInputs().getHeadsCount()).isEqualTo(1));
  }

  @Test
  void aBrokenConnectionIsGoneOnWith() throws Exception {
    MusterExecutor executor = muster.executor();
    List<AsyncResult<Integer>> results = submitted(executor, 0, 500);
    for (int i = 0; i < 5; i++) {
      assertThat(results.get(i * 100).get()).isEqualTo(i * 100 * i * 100);
      coordinator.breakConnections();
    }
    results.addAll(submitted(executor, 500, 1000));
    assertSquares(results);
    assertThat(RUNS.values()).allMatch(runs -> runs.get() == 1);
  }

  @Test
  void answersThatGotLostAreSaidAgain() throws Exception {
    coordinator.passes = reply -> !reply.hasAnswered();
    MusterExecutor executor = muster.executor();
    List<AsyncResult<Integer>> results = submitted(executor, 0, 100);
    while (RUNS.size() < 100) {
      Thread.onSpinWait();
    }
    coordinator.passes = reply -> true;
    coordinator.breakConnections();
    assertSquares(results);
    assertThat(RUNS.values()).allMatch(runs -> runs.get() == 1);
  }

  @Test
  void anotherCoordinatorGetsWhatIsUnansweredAndEachFutureCompletesOnce() throws Exception {
    AtomicInteger callbacks = new AtomicInteger();
    List<AsyncResult<Integer>> results = new ArrayList<>();
    Pool pool = muster.pool();
    for (int i = 0; i < 2_000; i++) {
      int x = i;
      results.add(pool.applyAsync(() -> squared(x), value -> callbacks.incrementAndGet()));
      if (i % 500 == 250) {
        assertThat(results.get(i - 200).get()).isEqualTo((i - 200) * (i - 200));
        coordinator.dieAndComeBack();
      }
    }
    assertSquares(results);
    pool.close();
    assertThat(callbacks).hasValue(2_000);
  }

  @Test
  void aMapSurvivesTheDeathOfItsCoordinator() throws Exception {
    Pool pool = muster.pool();
    List<Integer> inputs = IntStream.range(0, 30_000).boxed().toList();
    coordinator.gate = new CountDownLatch(1);
    AsyncResult<List<Integer>> result = pool.mapAsync(x -> x * 2, inputs);
    coordinator.die();
    coordinator.gate.countDown();
    coordinator.comeBack();
    assertThat(result.get()).isEqualTo(IntStream.range(0, 30_000).map(x -> x * 2).boxed().toList());
  }

  @Test
  void aLargeResultOfAClosedPoolIsThereThoughItsCoordinatorDiesBeforeItIsFetched()
      throws Exception {
    coordinator.withholds = true;
    Pool pool = muster.pool();
    AsyncResult<byte[]> large = pool.applyAsync(() -> new byte[500_000]);
    pool.shutdown();
    while (coordinator.jobsEnded() == 0) {
      Thread.onSpinWait();
    }
    // Answers are in order: this one is behind the end of the pool's job.
    assertThat(muster.pool().apply(() -> 1)).isEqualTo(1);
    coordinator.die();
    coordinator.withholds = false;
    coordinator.comeBack();
    assertThat(large.get(Duration.ofMinutes(5))).hasSize(500_000);
    assertThat(pool.join(Duration.ofMinutes(5))).isTrue();
  }

  @Test
  void whatIsCancelledIsNotSentToAnotherCoordinator() throws Exception {
    coordinator.gate = new CountDownLatch(1);
    MusterExecutor executor = muster.executor();
    List<AsyncResult<Integer>> results = submitted(executor, 0, 100);
    while (coordinator.count(SessionRequest.RequestCase.APPEND) == 0) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 100; i += 2) {
      assertThat(results.get(i).cancel(true)).isTrue();
    }
    coordinator.die();
    coordinator.gate.countDown();
    coordinator.comeBack();
    for (int i = 1; i < 100; i += 2) {
      assertThat(results.get(i).get()).isEqualTo(i * i);
    }
    assertThat(RUNS.keySet()).noneMatch(x -> x % 2 == 0);
  }

  @Test
  void largeInputsAndResultsGoAsBlobs() throws Exception {
    try (Pool pool = muster.pool()) {
      byte[] large = new byte[1 << 20];
      large[77] = 7;
      List<byte[]> back = pool.map(bytes -> bytes, List.of(large, new byte[3], large));
      assertThat(back.get(0)).isEqualTo(large);
      assertThat(back.get(1)).hasSize(3);
      assertThat(back.get(2)).isEqualTo(large);
    }
    assertThat(coordinator.requests)
        .filteredOn(SessionRequest::hasAppend)
        .allSatisfy(request -> assertThat(request.getSerializedSize()).isLessThan(200_000));
  }

  @Test
  void anInputThatTheClusterDoesNotTakeFailsItsCallAlone() throws Exception {
    coordinator.isFull = true;
    try (Pool pool = muster.pool()) {
      AsyncResult<Integer> before = pool.applyAsync(() -> 1);
      AsyncResult<Integer> large = pool.applyAsync(bytes -> bytes.length, new byte[1 << 20]);
      AsyncResult<Integer> behind = pool.applyAsync(() -> 2);
      assertThatThrownBy(large::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("the disk is full");
      assertThat(before.get()).isEqualTo(1);
      assertThat(behind.get()).isEqualTo(2);
      coordinator.isFull = false;
      Integer again = pool.apply(bytes -> bytes.length, new byte[1 << 20]);
      assertThat(again).isEqualTo(1 << 20);
    }
  }

  @Test
  void blobsAreBroughtToAnotherCoordinatorToo() throws Exception {
    coordinator.gate = new CountDownLatch(1);
    Pool pool = muster.pool();
    byte[] large = new byte[1 << 20];
    AsyncResult<Integer> result = pool.applyAsync(bytes -> bytes.length, large);
    while (coordinator.count(SessionRequest.RequestCase.APPEND) == 0) {
      Thread.onSpinWait();
    }
    coordinator.die();
    coordinator.gate.countDown();
    coordinator.comeBack();
    assertThat(result.get()).isEqualTo(1 << 20);
  }

  @Test
  void whatIsLargerThanTheLimitIsRefusedWithSizeAndLimit() {
    try (Muster small = Muster.builder().valueLimit(100_000).connect(coordinator.address());
        Pool pool = small.pool()) {
      assertThatThrownBy(() -> pool.apply(bytes -> bytes.length, new byte[200_000]))
          .hasMessageContaining("is larger than the limit of 100000 bytes");
      assertThatThrownBy(() -> pool.apply(size -> new byte[size], 200_000))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              RemoteTaskException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteTaskException.Kind.LIMIT))
          .hasMessageContaining("is larger than the limit of 100000 bytes");
    }
  }

  @Test
  void aFutureThatIsOutOfTimeStopsItsTask() throws Exception {
    for (int i = 0; i < 4; i++) { // as many as the cluster has slots
      CompletableFuture<Integer> endless =
          muster.supplyAsync(() -> hangingAtZero(0)).orTimeout(1, TimeUnit.MILLISECONDS);
      assertThatThrownBy(endless::get).hasCauseInstanceOf(TimeoutException.class);
    }
    assertThat(muster.supplyAsync(() -> 5).get(5, TimeUnit.MINUTES)).isEqualTo(5);
  }

  @Test
  void aClosedMusterSubmitsNothing() {
    muster.close();
    JobRequest request = JobRequest.command("true").build();
    assertThatThrownBy(() -> muster.submit(request)).hasMessage("this Muster is closed");
    assertThatThrownBy(() -> muster.job(1)).hasMessage("this Muster is closed");
  }

  @Test
  void anInputLargerThanTheLimitFailsAloneAmongThoseThatAreRead() throws Exception {
    try (Muster small = Muster.builder().valueLimit(100_000).connect(coordinator.address());
        Pool pool = small.pool()) {
      Iterable<byte[]> inputs =
          () ->
              IntStream.range(0, 20)
                  .mapToObj(i -> i == 5 ? new byte[200_000] : new byte[i])
                  .iterator();
      ResultIterator<Integer> inOrder = pool.imap(bytes -> bytes.length, inputs);
      List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        assertThat(inOrder.hasNext()).isTrue();
        if (i == 5) {
          assertThatThrownBy(() -> inOrder.next(Duration.ofMinutes(1)))
              .isInstanceOf(ExecutionException.class)
              .cause()
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("is larger than the limit of 100000 bytes");
        } else {
          lengths.add(inOrder.next(Duration.ofMinutes(1)));
        }
      }
      assertThat(inOrder.hasNext()).isFalse();
      assertThat(lengths).hasSize(19).endsWith(18, 19);
    }
  }

  @Test
  void aCallerWaitsWhileTooMuchIsUnansweredAndCanBeInterrupted() throws Exception {
    coordinator.gate = new CountDownLatch(1);
    Pool pool = muster.pool();
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      inputs.add(new byte[1 << 20]);
    }
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              try {
                pool.map(bytes -> bytes.length, inputs);
              } catch (InterruptedException e) {
                interrupted.countDown();
              } catch (ExecutionException e) {
                throw new IllegalStateException(e);
              }
            });
    caller.start();
    while (caller.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    coordinator.gate.countDown();
    assertThat(pool.map(bytes -> bytes.length, inputs)).hasSize(40).containsOnly(1 << 20);
  }

  @Test
  void closingEndsTheSessionAndCancelsWhatIsUnanswered() throws Exception {
    coordinator.gate = new CountDownLatch(1);
    AsyncResult<Integer> result = muster.pool().applyAsync(() -> 1);
    muster.close();
    assertThatThrownBy(result::get).isInstanceOf(CancellationException.class);
    assertThat(coordinator.sessions()).isZero();
  }

  @Test
  void anInitializerThatThrowsFailsThePoolWithItsReason() {
    PoolOptions options =
        PoolOptions.DEFAULT.initializer(
            () -> {
              throw new IllegalStateException("no model");
            });
    Pool pool = muster.pool(options);
    AsyncResult<Integer> result = pool.applyAsync(() -> 1);
    assertThatThrownBy(() -> result.get(Duration.ofSeconds(60)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no model");
    assertThatThrownBy(() -> pool.apply(() -> 2)).hasMessageContaining("no model");
  }

  @Test
  void nobodyAtTheAddressIsToldByNameInTime() {
    assertThatThrownBy(() -> Muster.builder().within(Duration.ofMillis(1)).connect("127.0.0.1:1"))
        .isInstanceOf(ClusterException.NotReached.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  @Test
  void withoutTheLocalDependencyALineSaysToAddIt() {
    assertThatThrownBy(() -> Muster.local(2)).hasMessageContaining("add io.muster:local");
  }

  @Test
  void aCallThatHangsIsCancelledWithItsIteratorHoweverManyHaveEndedSince() throws Exception {
    try (Pool pool = muster.pool()) {
      ResultIterator<Integer> results =
          pool.imapUnordered(x -> hangingAtZero(x), IntStream.range(0, 3_000).boxed().toList(), 1);
      for (int i = 0; i < 2_999; i++) {
        assertThat(results.next()).isPositive();
      }
      results.close();
      while (coordinator.count(SessionRequest.RequestCase.CANCEL_TASK) == 0) {
        Thread.onSpinWait(); // it is sent by another thread
      }
    }
  }
}
