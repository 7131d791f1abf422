package io.muster.examples;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;
import java.util.SplittableRandom;

/**
 * π from random points: how many of them fall into the quarter circle. Point number i is made from
 * i alone, so that the result does not depend on how the range is split.
 */
public final class MonteCarloPi
    implements RangeTask<MonteCarloPi.Sample>, Combine<MonteCarloPi.Sample> {
  /**
   * @param points how many were made
   * @param inside how many of them fell into the quarter circle
   * @param pi what follows from that
   */
  public record Sample(long points, long inside, double pi) {
    static Sample of(long points, long inside) {
      return new Sample(points, inside, 4.0 * inside / points);
    }
  }

  @Override
  public Sample run(long from, long until, TaskContext context) {
    long inside = 0;
    for (long i = from; i < until; i++) {
      SplittableRandom random = new SplittableRandom(i * 0x9E3779B97F4A7C15L);
      double x = random.nextDouble();
      double y = random.nextDouble();
      if (x * x + y * y <= 1) {
        inside++;
      }
    }
    return Sample.of(until - from, inside);
  }

  @Override
  public Sample combine(Sample left, Sample right) {
    return Sample.of(left.points() + right.points(), left.inside() + right.inside());
  }
}
