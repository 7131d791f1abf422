package io.muster.deploy.it;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for what can only be looked at, for as long as it takes, with an end for what is broken.
 */
final class Until {
  /** After that something is broken, however slow or busy the machine. */
  static final Duration LIMIT = Duration.ofMinutes(4);

  private Until() {}

  /**
   * Looks again and again until it holds.
   *
   * @param state said when it never does
   */
  static void holds(Supplier<String> state, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    long pause = 20; // longer and longer: a look may cost much, and others work meanwhile
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("after " + LIMIT.toSeconds() + " s still " + state.get());
      }
      try {
        Thread.sleep(pause);
        pause = Math.min(100, pause * 3 / 2);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
