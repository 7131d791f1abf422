package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class InputSizesTest {
  @Property(tries = 100)
  void chunksStayNearTheLimitWhateverTheSizes(@ForAll long seed) {
    Random random = new Random(seed);
    int[] lengths = new int[1 + random.nextInt(3_000)];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(20);
    }
    InputSizes sizes = new InputSizes();
    for (int at = 0; at < lengths.length; ) {
      int more = Math.min(lengths.length - at, 1 + random.nextInt(700));
      sizes.append(InputSizes.of(java.util.Arrays.copyOfRange(lengths, at, at + more)));
      at += more;
    }
    assertThat(sizes.count()).isEqualTo(lengths.length);
    for (long from = 0; from < lengths.length; ) {
      long until = sizes.fit(from, lengths.length, 64 * 1024);
      long bytes = 0;
      for (long index = from; index < until; index++) {
        bytes += lengths[(int) index];
      }
      assertThat(until).isGreaterThan(from);
      assertThat(until - from == 1 || bytes <= (64 + 16) * 1024).isTrue();
      from = until;
    }
  }

  @Test
  void areTheSameAgainFromTheirMarks() {
    InputSizes sizes = InputSizes.of(1, 9_000, 3, 0, 70_000);
    assertThat(InputSizes.ofMarks(sizes.marks())).isEqualTo(sizes);
    assertThat(sizes.totalBytes()).isEqualTo(79_004);
  }
}
