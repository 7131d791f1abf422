package io.muster.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler.TaskRunOnClose;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.event.NoLogging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.concurrent.ExecutionContext;
import scala.runtime.BoxedUnit;

class AlignedTimersTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofHours(1);

  private final AlignedTimers timers =
      new AlignedTimers(ConfigFactory.empty(), NoLogging.getInstance(), Thread::new);
  private final ExecutionContext here = ExecutionContext.fromExecutor((Executor) Runnable::run);
  private final BlockingQueue<Long> at = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    timers.close();
  }

  @Test
  void whatComesOnceComesWhenItIsDue() throws Exception {
    long start = System.nanoTime();
    timers.scheduleOnce(SOON, () -> at.add(System.nanoTime()), here);
    assertThat(next() - start).isGreaterThanOrEqualTo(SOON.toNanos());
  }

  @Test
  void whatComesAgainComesAtItsFirstTimeAndThenAtMultiplesOfItsPeriod() throws Exception {
    long start = System.nanoTime();
    long period = SOON.toNanos();
    timers.scheduleWithFixedDelay(SOON, SOON, () -> at.add(System.nanoTime()), here);
    long before = next();
    assertThat(before - start).isGreaterThanOrEqualTo(period);
    for (int i = 0; i < 5; i++) {
      long after = next();
      assertThat(after / period).isGreaterThan(before / period);
      before = after;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // it came a little after a multiple, as it does from its second time on
    "1, 10, 10",
    "10, 10, 20",
    "14, 10, 20",
    "2000000001, 1000000000, 3000000000",
    "2000000001, 2000000000, 4000000000",
    "2000000001, 10000000000, 12000000000",
    // its first time was anywhere
    "2300000000, 1000000000, 3000000000",
    "2600000000, 1000000000, 4000000000",
    "2600000000, 10000000000, 13000000000",
    // of a clock that is below zero
    "-14, 10, 0",
    "-9, 10, 0",
    "-2999999999, 1000000000, -2000000000",
    // with the longest period there is
    "4000000001, 9223372036854775807, 4611686022000000000"
  })
  void whatComesAgainDoesSoAtTheMultipleThatIsNearestToAPeriodLater(
      long now, long period, long again) {
    assertThat(AlignedTimers.again(now, period)).isEqualTo(again);
  }

  @Test
  void whatIsCancelledDoesNotCome() throws Exception {
    Cancellable once = timers.scheduleOnce(NEVER, () -> at.add(1L), here);
    assertThat(once.isCancelled()).isFalse();
    assertThat(once.cancel()).isTrue();
    assertThat(once.cancel()).isFalse();
    assertThat(once.isCancelled()).isTrue();

    Cancellable again = timers.scheduleWithFixedDelay(SOON, SOON, () -> at.add(2L), here);
    next();
    assertThat(again.cancel()).isTrue();
    at.clear();
    timers.scheduleOnce(SOON.multipliedBy(3), () -> at.add(3L), here);
    assertThat(next()).isEqualTo(3);
  }

  @Test
  void whatCameIsNotCancelled() throws Exception {
    Cancellable once = timers.scheduleOnce(SOON, () -> at.add(1L), here);
    next();
    assertThat(once.cancel()).isFalse();
    assertThat(once.isCancelled()).isFalse();
  }

  @Test
  void whatIsForSomebodyWhoEndedComesNoMore() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    Cancellable again =
        timers.scheduleWithFixedDelay(
            SOON,
            SOON,
            () -> {
              came.countDown();
              throw new SchedulerException("ended");
            },
            here);
    assertThat(came.await(10, TimeUnit.SECONDS)).isTrue();
    timers.scheduleOnce(SOON.multipliedBy(3), () -> at.add(1L), here);
    next();
    assertThat(again.isCancelled()).isTrue();
  }

  @Test
  void whatFailsIsReportedToItsExecutorAndComesNoMore() throws Exception {
    BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
    RuntimeException failure = new IllegalStateException("a fault");
    Cancellable again =
        timers.scheduleWithFixedDelay(
            SOON,
            SOON,
            () -> {
              at.add(1L);
              throw failure;
            },
            ExecutionContext.fromExecutor(
                (Executor) Runnable::run,
                thrown -> {
                  reported.add(thrown);
                  return BoxedUnit.UNIT;
                }));
    assertThat(reported.poll(10, TimeUnit.SECONDS)).isSameAs(failure);
    timers.scheduleOnce(SOON.multipliedBy(3), () -> at.add(2L), here);
    assertThat(next()).isEqualTo(1);
    assertThat(next()).isEqualTo(2);
    assertThat(again.isCancelled()).isTrue();
  }

  @Test
  void whatIsDueNowComesAtOnce() {
    Cancellable once = timers.scheduleOnce(Duration.ZERO, () -> at.add(1L), here);
    assertThat(at).containsExactly(1L);
    assertThat(once.isCancelled()).isFalse();
  }

  @Test
  void atTheEndRunsWhatHasToAndNothingElse() {
    timers.scheduleOnce(NEVER, (TaskRunOnClose) () -> at.add(1L), here);
    timers.scheduleOnce(NEVER, () -> at.add(2L), here);
    timers.scheduleOnce(NEVER, (TaskRunOnClose) () -> at.add(3L), here).cancel();
    timers.close();
    assertThat(at).containsExactly(1L);
    assertThatThrownBy(() -> timers.scheduleOnce(NEVER, () -> at.add(4L), here))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(SchedulerException.class);
    assertThatThrownBy(() -> timers.scheduleWithFixedDelay(NEVER, NEVER, () -> at.add(5L), here))
        .isInstanceOf(IllegalStateException.class);
  }

  private long next() throws InterruptedException {
    Long next = at.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }
}
