package io.muster.worker.start;

import io.muster.worker.engine.Engine;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/** SIGTERM and Ctrl-C: the first drains, the second ends the worker at once. */
final class StopSignals {
  private static final int SIGNALLED = 128;

  private StopSignals() {}

  static void drain(Engine engine) {
    AtomicInteger count = new AtomicInteger();
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (count.incrementAndGet() == 1) {
              engine.drain();
            } else {
              Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
            }
          });
    }
  }
}
