package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AlarmTest {
  @Test
  void itRingsOnceForTheTimeThatWasSetLast() throws InterruptedException {
    AtomicInteger rings = new AtomicInteger();
    CountDownLatch rung = new CountDownLatch(1);
    Alarm alarm =
        new Alarm(
            () -> {
              rings.incrementAndGet();
              rung.countDown();
            });
    long hour = System.nanoTime() + 3_600_000_000_000L;
    alarm.set(hour);
    alarm.set(System.nanoTime());
    assertThat(rung.await(60, TimeUnit.SECONDS)).isTrue();
    alarm.over();
    alarm.set(hour);
    alarm.set(null);
    alarm.close();
    assertThat(rings).hasValue(1);
  }
}
