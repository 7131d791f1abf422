package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MonteCarloPiTest {
  private final MonteCarloPi pi = new MonteCarloPi();

  @Test
  void aMillionPointsComeNear() {
    assertThat(pi.run(0, 1_000_000, Arguments.NONE).pi()).isCloseTo(Math.PI, within(0.01));
  }

  @Test
  void splittingChangesNothing() {
    assertThat(pi.combine(pi.run(0, 333, Arguments.NONE), pi.run(333, 10_000, Arguments.NONE)))
        .isEqualTo(pi.run(0, 10_000, Arguments.NONE));
  }
}
