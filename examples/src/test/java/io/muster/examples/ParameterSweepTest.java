package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ParameterSweepTest {
  @Test
  void theBestTrialIsFoundOnThreadsToo() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      var best =
          ParameterSweep.best(
              threads,
              List.of(
                  new ParameterSweep.Trial(0.0002, 0),
                  new ParameterSweep.Trial(0.0004, 0.9),
                  new ParameterSweep.Trial(0.1, 0.9)));
      assertThat(best.rate()).isEqualTo(0.0004);
      assertThat(best.momentum()).isEqualTo(0.9);
      assertThat(best.error()).isBetween(0.0, 1.0);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void theGridHasEveryCombination() {
    assertThat(ParameterSweep.grid()).doesNotHaveDuplicates().hasSize(200);
  }
}
