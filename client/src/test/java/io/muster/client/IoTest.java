package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.v1.SessionRequest;
import io.muster.protocol.wire.v1.SessionRequest.RequestCase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IoTest extends IoContract {
  private static FakeCoordinator coordinator;
  private static Muster muster;

  @BeforeAll
  static void start() {
    coordinator = new FakeCoordinator(64);
    muster = Muster.connect(coordinator.address());
  }

  @AfterAll
  static void stop() {
    muster.close();
    coordinator.close();
  }

  @BeforeEach
  void forget() {
    coordinator.requests.clear();
  }

  @Override
  protected Muster muster() {
    return muster;
  }

  private static List<JobSpec> opened() {
    return coordinator.requests.stream()
        .filter(SessionRequest::hasOpenJob)
        .map(request -> JobSpecWire.fromProto(request.getOpenJob().getSpec()))
        .toList();
  }

  @Test
  void aGatherIsOneJobOfTasksThatWait() throws Exception {
    IoOptions options =
        IoOptions.DEFAULT
            .name("statuses")
            .atOnce(500)
            .timeout(Duration.ofSeconds(9))
            .retries(2)
            .rate(200)
            .memory(1 << 28);
    assertThat(muster.io(options).gather(List.of(1, 2), x -> x)).containsExactly(1, 2);
    JobSpec spec = opened().get(0);
    assertThat(opened()).hasSize(1);
    assertThat(spec.name()).isEqualTo("statuses");
    assertThat(spec.program().isIo()).isTrue();
    assertThat(((Program.Calls) spec.program()).setup()).isEmpty();
    assertThat(spec.policy().limit()).isEqualTo(500);
    assertThat(spec.policy().rate()).isEqualTo(200);
    assertThat(spec.policy().timeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(spec.policy().retries()).isEqualTo(2);
    assertThat(spec.policy().memory()).isEqualTo(1 << 28);
  }

  @Test
  void thePoolsJobsCompute() throws Exception {
    try (Pool pool = muster.pool()) {
      assertThat(pool.apply(() -> 1)).isEqualTo(1);
    }
    assertThat(opened().get(0).program().isIo()).isFalse();
  }

  @Test
  void whatIsSubmittedOneByOneIsOneJob() throws Exception {
    try (Io io = muster.io()) {
      assertThat(io.submit(() -> 1).get() + io.submit(() -> 2).get()).isEqualTo(3);
    }
    assertThat(opened()).hasSize(1);
  }

  @Test
  void theRestIsCancelledByOneMessage() {
    assertThatThrownBy(
            () ->
                muster
                    .io()
                    .gather(
                        IntStream.range(0, 1_000).boxed().toList(),
                        x -> {
                          if (x == 0) {
                            throw new IllegalStateException("no");
                          }
                          Thread.sleep(3_600_000);
                          return x;
                        }))
        .isInstanceOf(ExecutionException.class);
    long until = System.nanoTime() + 60_000_000_000L;
    while (coordinator.count(RequestCase.CANCEL_JOB) == 0 && System.nanoTime() < until) {
      Thread.onSpinWait(); // it is sent by another thread
    }
    assertThat(coordinator.count(RequestCase.CANCEL_JOB)).isEqualTo(1);
    assertThat(coordinator.count(RequestCase.CANCEL_TASK)).isZero();
  }

  @Test
  void aGatherOutlivesTheCoordinator() throws Exception {
    try (FakeCoordinator mortal = new FakeCoordinator(8);
        Muster connected = Muster.connect(mortal.address())) {
      mortal.gate = new CountDownLatch(1);
      Thread killer =
          new Thread(
              () -> {
                try {
                  while (mortal.count(RequestCase.APPEND) == 0) {
                    Thread.onSpinWait();
                  }
                  mortal.die();
                  mortal.gate.countDown();
                  mortal.comeBack();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      killer.start();
      List<Integer> inputs = IntStream.range(0, 1_000).boxed().toList();
      assertThat(connected.io().gather(inputs, x -> x)).isEqualTo(inputs);
      killer.join();
    }
  }

  @Test
  void optionsThatCanNotBeMeantAreRefused() {
    IoOptions options = IoOptions.DEFAULT;
    assertThatThrownBy(() -> options.atOnce(0)).hasMessageContaining("at once is at least 1");
    for (double rate : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> options.rate(rate))
          .hasMessageContaining("a rate is a number above 0");
    }
    assertThatThrownBy(() -> options.timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.within(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.retries(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.limitPerKey(0, x -> x))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
