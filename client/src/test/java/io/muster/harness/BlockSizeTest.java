package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockSizeTest {
  private static final long MILLISECOND = 1_000_000;

  private final BlockSize size = new BlockSize();

  @Test
  void itBeginsWithOneAndAtMostDoubles() {
    assertThat(size.get()).isEqualTo(1);
    for (int i = 1; i <= 10; i++) {
      size.ran(size.get(), 0);
      assertThat(size.get()).isEqualTo(1L << i);
    }
  }

  @Test
  void itComesToWhatTakesTwentyMilliseconds() {
    for (int i = 0; i < 20; i++) {
      size.ran(size.get(), size.get() * 50_000);
    }
    assertThat(size.get()).isEqualTo(400);
  }

  @Test
  void itShrinksAtOnceWhenTasksBecomeSlow() {
    grow(1000);
    size.ran(size.get(), 10 * 20 * MILLISECOND);
    assertThat(size.get()).isEqualTo(102);
    size.ran(size.get(), 3_600_000 * MILLISECOND);
    assertThat(size.get()).isEqualTo(1);
  }

  @Test
  void aBlockThatWasCutShortTeachesOnlyThatTasksAreSlow() {
    grow(1000);
    size.ran(1, 0);
    size.ran(3, 19 * MILLISECOND);
    assertThat(size.get()).isEqualTo(1024);
    size.ran(3, 30 * MILLISECOND);
    assertThat(size.get()).isEqualTo(2);
  }

  @Test
  void itStaysANumberHoweverFastTasksAre() {
    for (int i = 0; i < 200; i++) {
      size.ran(size.get(), 0);
    }
    assertThat(size.get()).isPositive();
  }

  private void grow(long least) {
    while (size.get() < least) {
      size.ran(size.get(), 0);
    }
  }
}
