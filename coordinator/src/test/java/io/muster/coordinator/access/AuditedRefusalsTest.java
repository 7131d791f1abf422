package io.muster.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuditedRefusalsTest {
  private final AuditedRefusals refusals = new AuditedRefusals();

  private String after(int seconds, String address) {
    return refusals.line(address, "no token", Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void whoTriesOnIsWrittenOnceAMinuteWithHowOften() {
    assertThat(after(0, "10.0.0.1")).isEqualTo("refused 10.0.0.1: no token");
    for (int second = 1; second < 60; second++) {
      assertThat(after(second, "10.0.0.1")).isEmpty();
    }
    assertThat(after(30, "10.0.0.2")).isEqualTo("refused 10.0.0.2: no token");
    assertThat(after(60, "10.0.0.1"))
        .isEqualTo("refused 10.0.0.1: no token, and 59 times since this was written last");
    assertThat(after(130, "10.0.0.1")).isEqualTo("refused 10.0.0.1: no token");
  }
}
