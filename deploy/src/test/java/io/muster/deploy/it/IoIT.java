package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RetryLaterException;
import io.muster.client.Io;
import io.muster.client.IoContract;
import io.muster.client.IoOptions;
import io.muster.client.Muster;
import io.muster.client.Outcome;
import io.muster.client.RemoteTaskException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Python's {@code asyncio} promises, in the I/O process of a worker. */
@ExtendWith(ClusterLogs.class)
class IoIT extends IoContract {
  /** In the I/O process. */
  private static final AtomicInteger TRIES = new AtomicInteger();

  private static MusterCluster cluster;
  private static Muster muster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(1, 1);
    muster = Muster.connect(cluster.api());
  }

  @AfterAll
  static void stop() {
    muster.close();
    cluster.close();
  }

  @Override
  protected Muster muster() {
    return muster;
  }

  private static List<Integer> range(int until) {
    return IntStream.range(0, until).boxed().toList();
  }

  private static int firstBusy() throws RetryLaterException {
    if (TRIES.incrementAndGet() == 1) {
      throw new RetryLaterException("busy", Duration.ofMillis(200));
    }
    return TRIES.get();
  }

  @Test
  void aStageThatNeverEndsRunsOutOfItsTimeAlone() throws Exception {
    Io io = muster.io(IoOptions.DEFAULT.timeout(Duration.ofSeconds(5)));
    List<Outcome<Integer>> outcomes =
        io.gatherAll(
            range(1_000),
            Io.async(
                x ->
                    x == 7
                        ? new CompletableFuture<Integer>()
                        : CompletableFuture.completedFuture(x)));
    assertThat(outcomes).filteredOn(Outcome::succeeded).hasSize(999);
    assertThat(outcomes.get(7).failure())
        .isInstanceOfSatisfying(
            RemoteTaskException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteTaskException.Kind.TIMEOUT));
  }

  @Test
  void aTaskThatAsksToBeLeftAloneIsTriedAgainLater() throws Exception {
    Io io = muster.io(IoOptions.DEFAULT.retries(1));
    assertThat(io.gather(() -> firstBusy())).containsExactly(2);
  }

  @Test
  void theOneThatExitsFailsAlone() throws Exception {
    List<Outcome<Integer>> outcomes =
        muster
            .io()
            .gatherAll(
                range(100),
                x -> {
                  if (x == 7) {
                    System.exit(42);
                  }
                  Thread.sleep(20);
                  return x;
                });
    assertThat(outcomes).filteredOn(Outcome::succeeded).hasSize(99);
    assertThat(outcomes.get(7).failure())
        .isInstanceOfSatisfying(
            RemoteTaskException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteTaskException.Kind.CRASH));
  }
}
