package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkSizingTest {
  private static final long MILLI = 1_000_000;
  private static final long MANY = 1_000_000_000_000L;

  private final ChunkSizing sizing = new ChunkSizing(0);

  @Test
  void theFirstChunkIsOneTask() {
    assertThat(sizing.next(MANY, 2)).isOne();
  }

  @Test
  void chunksDoubleUntilTheyTakeLongEnough() {
    sizing.measured(1, 2 * MILLI);
    assertThat(sizing.next(1_000, 2)).isEqualTo(2);
    sizing.measured(2, 4 * MILLI);
    assertThat(sizing.next(1_000, 2)).isEqualTo(4);
  }

  @Test
  void aBillionTasksAreAFewStepsAwayWhenTheyTakeNextToNothing() {
    int steps = 0;
    for (long size = 1; size < 10_000_000; size = sizing.next(MANY, 2)) {
      sizing.measured(size, Math.max(MILLI / 10, size));
      steps++;
    }
    assertThat(steps).isLessThan(16);
  }

  @Test
  void aChunkTakesATwentyFifthOfWhatIsLeftAndAtMostFourSeconds() {
    sizing.restore(MILLI);
    assertThat(sizing.next(2_000, 2)).isEqualTo(100);
    assertThat(sizing.next(50_000, 2)).isEqualTo(1_000);
    assertThat(sizing.next(MANY, 2)).isEqualTo(4_000);
  }

  @Test
  void noChunkHasMoreTasksThanItsCursorCounts() {
    sizing.restore(0.001);
    assertThat(sizing.next(MANY, 2)).isEqualTo(1 << 30);
    assertThat(new ChunkSizing(MANY).next(MANY, 2)).isEqualTo(1 << 30);
  }

  @Test
  void nearTheEndItIsAShareOfWhatIsLeft() {
    sizing.restore(50 * MILLI);
    assertThat(sizing.next(4, 2)).isOne();
  }
}
