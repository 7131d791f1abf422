package io.muster.examples;

import io.muster.client.Muster;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Looks for the learning rate and momentum with which gradient descent finds the lowest point of a
 * curved valley best: a grid of trials, each a task. The code takes a plain {@link
 * ExecutorService}, so the same method runs on threads too; its tasks are {@link Serializable}.
 */
public final class ParameterSweep {
  private static final int STARTS = 5_000;
  private static final int STEPS = 500;

  private ParameterSweep() {}

  /** What a trial came to. */
  record Score(double rate, double momentum, double error) implements Serializable {}

  /** One point of the grid: a record, which serializes by itself. */
  record Trial(double rate, double momentum) implements Callable<Score>, Serializable {
    @Override
    public Score call() {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
      double sum = 0;
      for (int i = 0; i < STARTS; i++) {
        sum += descent(4 * random.nextDouble() - 2, 4 * random.nextDouble() - 1);
      }
      return new Score(rate, momentum, sum / STARTS);
    }

    /** Rosenbrock's function where the descent ends; at most 1,000, which stands for "away". */
    private double descent(double x, double y) {
      double speedX = 0;
      double speedY = 0;
      for (int step = 0; step < STEPS; step++) {
        double slopeX = -2 * (1 - x) - 400 * x * (y - x * x);
        double slopeY = 200 * (y - x * x);
        speedX = momentum * speedX - rate * slopeX;
        speedY = momentum * speedY - rate * slopeY;
        x += speedX;
        y += speedY;
      }
      double error = (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
      return error <= 1_000 ? error : 1_000;
    }
  }

  /** All points of a grid. */
  static List<Trial> grid() {
    List<Trial> trials = new ArrayList<>();
    for (int rate = 1; rate <= 20; rate++) {
      for (int momentum = 0; momentum < 10; momentum++) {
        trials.add(new Trial(rate / 20_000.0, momentum / 10.0));
      }
    }
    return trials;
  }

  /** Runs every trial wherever the executor runs things, and gives the best score. */
  static Score best(ExecutorService executor, List<Trial> trials) throws Exception {
    List<Score> scores = new ArrayList<>();
    for (Future<Score> score : executor.invokeAll(trials)) {
      scores.add(score.get());
    }
    return scores.stream().min(Comparator.comparingDouble(Score::error)).orElseThrow();
  }

  public static void main(String[] args) throws Exception {
    try (Muster muster = args.length == 0 ? Muster.local() : Muster.connect(args[0])) {
      List<Trial> trials = grid();
      Score best = best(muster.executor(), trials);
      System.out.printf(
          "best of %d: rate %.5f, momentum %.1f, mean error %.6f%n",
          trials.size(), best.rate(), best.momentum(), best.error());
    }
  }
}
