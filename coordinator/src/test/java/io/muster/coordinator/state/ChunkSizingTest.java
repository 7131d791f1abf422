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
    sizing.measured(1, 60 * MILLI);
    assertThat(sizing.next(1_000, 2)).isEqualTo(2);
    sizing.measured(2, 120 * MILLI);
    assertThat(sizing.next(1_000, 2)).isEqualTo(4);
  }

  @Test
  void aBillionTasksAreAFewStepsAwayWhenTheyTakeNextToNothing() {
    int steps = 0;
    for (long size = 1; size < 10_000_000; size = sizing.next(MANY, 2)) {
      sizing.measured(size, Math.max(MILLI / 10, size));
      steps++;
    }
    assertThat(steps).isLessThan(8);
  }

  @Test
  void chunksGrowNoFurtherThanToWhatIsLongEnough() {
    sizing.measured(1, 10 * MILLI);
    assertThat(sizing.next(MANY, 2)).isEqualTo(10);
    sizing.measured(10, 10 * 10 * MILLI);
    assertThat(sizing.next(MANY, 2)).isEqualTo(20);
  }

  @Test
  void aChunkTakesATenthOfWhatIsLeftAndAtMostFourSeconds() {
    sizing.restore(MILLI);
    assertThat(sizing.next(1_000, 2)).isEqualTo(100);
    assertThat(sizing.next(20_000, 2)).isEqualTo(1_000);
    assertThat(sizing.next(MANY, 2)).isEqualTo(4_000);
  }

  @Test
  void noChunkHasMoreTasksThanItsCursorCounts() {
    sizing.restore(0.001);
    assertThat(sizing.next(MANY, 2)).isEqualTo(Integer.MAX_VALUE);
    assertThat(new ChunkSizing(MANY).next(MANY, 2)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void nearTheEndItIsAShareOfWhatIsLeft() {
    sizing.restore(50 * MILLI);
    assertThat(sizing.next(4, 2)).isOne();
  }

  @Test
  void theLastThousandthOfASecondIsNotDivided() {
    sizing.restore(1_000);
    assertThat(sizing.next(10_000, 2)).isEqualTo(2_500);
    assertThat(sizing.next(1_500, 2)).isEqualTo(1_000);
  }
}
