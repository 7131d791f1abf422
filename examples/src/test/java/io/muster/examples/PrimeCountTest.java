package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrimeCountTest {
  private final PrimeCount primes = new PrimeCount();

  @Test
  void countsArePublishedOnes() {
    assertThat(count(0, 10)).isEqualTo(4);
    assertThat(count(0, 1_000_000)).isEqualTo(78_498);
    assertThat(count(0, 100_000_000)).isEqualTo(5_761_455);
  }

  @Test
  void aRangeFarOutIsCountedOnItsOwn() {
    // π(10^12 + 10^6) − π(10^12)
    assertThat(count(1_000_000_000_000L, 1_000_001_000_000L)).isEqualTo(36_249);
  }

  @Test
  void everyShortRangeIsWhatTrialDivisionSays() {
    for (int from = 0; from < 60; from++) {
      for (int until = from; until < 200; until++) {
        assertThat(count(from, until)).as("[%d, %d)", from, until).isEqualTo(slow(from, until));
      }
    }
  }

  @Test
  void piecesAddUpToTheWhole() {
    Random random = new Random(7);
    long at = 0;
    long sum = 0;
    while (at < 10_000_000) {
      long next = Math.min(10_000_000, at + 1 + random.nextInt(500_000));
      sum = primes.combine(sum, count(at, next));
      at = next;
    }
    assertThat(sum).isEqualTo(664_579);
  }

  private long count(long from, long until) {
    return primes.run(from, until, Arguments.NONE);
  }

  private static long slow(int from, int until) {
    long found = 0;
    for (int n = Math.max(2, from); n < until; n++) {
      boolean prime = true;
      for (int d = 2; d * d <= n; d++) {
        prime &= n % d != 0;
      }
      found += prime ? 1 : 0;
    }
    return found;
  }
}
