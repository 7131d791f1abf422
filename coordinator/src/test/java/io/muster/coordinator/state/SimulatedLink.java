package io.muster.coordinator.state;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One direction of a link: numbered items over a network that loses, delays, repeats and reorders;
 * given out once each, in order.
 */
final class SimulatedLink<T> {
  private final Simulation world;
  private final Consumer<T> receiver;
  private final Map<Long, T> early = new HashMap<>();
  private long sent;
  private long expected = 1;
  private boolean closed;
  private long blockedUntil;

  SimulatedLink(Simulation world, Consumer<T> receiver) {
    this.world = world;
    this.receiver = receiver;
  }

  void close() {
    closed = true;
  }

  void blockUntil(long time) {
    blockedUntil = time;
  }

  void send(T item) {
    transmit(++sent, item);
  }

  private void transmit(long number, T item) {
    long delay = world.networkDelay();
    if (world.chance(0.03)) {
      world.after(delay + 200_000_000, () -> transmit(number, item)); // lost, and sent again
    } else {
      world.after(delay, () -> arrived(number, item));
      if (world.chance(0.02)) {
        world.after(delay + world.networkDelay(), () -> arrived(number, item));
      }
    }
  }

  private void arrived(long number, T item) {
    if (closed) {
      return;
    }
    if (world.nanos() < blockedUntil) {
      world.after(blockedUntil - world.nanos() + world.networkDelay(), () -> arrived(number, item));
      return;
    }
    if (number >= expected) {
      early.put(number, item);
    }
    while (!closed && early.containsKey(expected)) {
      receiver.accept(early.remove(expected++));
    }
  }
}
