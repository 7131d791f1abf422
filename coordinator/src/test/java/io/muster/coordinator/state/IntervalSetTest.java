package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IntervalSetTest {
  private static final int SPACE = 4 * IntervalPage.SIZE;

  @Property(tries = 150)
  void behavesAsABitSetDoes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200_000) int longest) {
    Random random = new Random(seed);
    IntervalSet set = new IntervalSet();
    BitSet model = new BitSet();
    for (int step = 0; step < 300; step++) {
      change(random, longest, set, model);
    }
    assertSame(set, model);
    assertThat(set.copy()).isEqualTo(set);
    for (int step = 0; step < 50; step++) {
      int index = random.nextInt(SPACE);
      assertThat(set.contains(index)).isEqualTo(model.get(index));
      assertThat(set.nextMember(index)).isEqualTo(model.nextSetBit(index));
      assertThat(set.nextGap(index)).isEqualTo(model.nextClearBit(index));
      Interval interval = new Interval(index, index + 1 + random.nextInt(longest));
      BitSet within = model.get((int) interval.from(), (int) interval.until());
      assertThat(set.count(interval)).isEqualTo(within.cardinality());
      assertThat(set.intersects(interval)).isEqualTo(!within.isEmpty());
      assertThat(set.containsAll(interval)).isEqualTo(within.cardinality() == interval.size());
    }
  }

  @Property(tries = 50)
  void intersectsUnitesAndSubtractsAsBitSetsDo(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 100_000) int longest) {
    Random random = new Random(seed);
    IntervalSet one = new IntervalSet();
    IntervalSet other = new IntervalSet();
    BitSet oneModel = new BitSet();
    BitSet otherModel = new BitSet();
    for (int step = 0; step < 100; step++) {
      change(random, longest, one, oneModel);
      change(random, 1 + longest / 10, other, otherModel);
    }
    BitSet both = (BitSet) oneModel.clone();
    both.and(otherModel);
    assertSame(one.intersection(other), both);
    IntervalSet all = one.copy();
    all.addAll(other);
    BitSet union = (BitSet) oneModel.clone();
    union.or(otherModel);
    assertSame(all, union);
    all.removeAll(one);
    union.andNot(oneModel);
    assertSame(all, union);
  }

  @Property(tries = 50)
  void isTheSameAgainFromItsParts(@ForAll long seed) {
    Random random = new Random(seed);
    IntervalSet set = new IntervalSet();
    BitSet model = new BitSet();
    for (int step = 0; step < 3_000; step++) {
      change(random, 1 + random.nextInt(20), set, model);
    }
    IntervalSet again = new IntervalSet();
    set.forEachPart(
        new IntervalSet.Parts() {
          @Override
          public void run(long from, long until) {
            again.add(from, until);
          }

          @Override
          public void page(long page, long[] words) {
            again.addPage(page, words);
          }
        });
    assertSame(again, model);
  }

  private static void change(Random random, int longest, IntervalSet set, BitSet model) {
    int from = random.nextInt(SPACE);
    int until = Math.min(SPACE, from + 1 + random.nextInt(longest));
    switch (random.nextInt(6)) {
      case 0 -> {
        from = from & -IntervalPage.SIZE;
        until = Math.min(SPACE, from + IntervalPage.SIZE * (1 + random.nextInt(2)));
        set.add(from, until);
        model.set(from, until);
      }
      case 1, 2 -> {
        set.remove(from, until);
        model.clear(from, until);
      }
      case 3 -> {
        for (int k = 0; k < 200 && from + 2 * k < SPACE; k++) {
          set.add(from + 2L * k);
          model.set(from + 2 * k);
        }
      }
      default -> {
        set.add(from, until);
        model.set(from, until);
      }
    }
  }

  private static void assertSame(IntervalSet set, BitSet model) {
    assertThat(set.size()).isEqualTo(model.cardinality());
    List<Interval> runs = new ArrayList<>();
    set.runs().forEach(runs::add);
    List<Interval> expected = new ArrayList<>();
    for (int at = model.nextSetBit(0); at >= 0; at = model.nextSetBit(model.nextClearBit(at))) {
      expected.add(new Interval(at, model.nextClearBit(at)));
    }
    assertThat(runs).isEqualTo(expected);
  }

  @Test
  void tenBillionWithoutAGapAreOneRun() {
    IntervalSet set = IntervalSet.of(new Interval(0, 10_000_000_000L));
    set.remove(5_000_000_000L);
    assertThat(set.size()).isEqualTo(9_999_999_999L);
    assertThat(set.nextRun(0)).isEqualTo(new Interval(0, 5_000_000_000L));
    assertThat(set.nextRun(5_000_000_000L))
        .isEqualTo(new Interval(5_000_000_001L, 10_000_000_000L));
  }

  @Test
  void everySecondOfTwoMillionTakesABitEach() {
    IntervalSet set = new IntervalSet();
    for (long index = 0; index < 2_000_000; index += 2) {
      set.add(index);
    }
    long[] parts = new long[2];
    set.forEachPart(
        new IntervalSet.Parts() {
          @Override
          public void run(long from, long until) {
            parts[0]++;
          }

          @Override
          public void page(long page, long[] words) {
            parts[1] += words.length * 8L;
          }
        });
    assertThat(parts[0]).isZero();
    assertThat(parts[1]).isLessThan(300_000);
  }
}
