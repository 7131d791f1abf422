package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThatCode;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The state in a cluster where everything goes wrong, in virtual time. */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("muster.seeds", 1_000);
  private static final long FIRST = Long.getLong("muster.seed", 1);

  @Test
  void everyJobEndsRightWhateverDies() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      new Simulation(seed).run();
    }
  }

  @Property(tries = 50)
  void everyJobEndsRightWithAnySeed(@ForAll long seed) {
    assertThatCode(() -> new Simulation(seed).run()).doesNotThrowAnyException();
  }
}
