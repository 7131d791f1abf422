package io.muster.coordinator.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many wrong tokens an address may show: a few at once, then one a second. What is beyond that
 * is refused in one word and not logged. A right token is let in all the same, so that nobody can
 * lock out others behind the same address. Remembers the last thousand addresses. Any thread.
 */
public final class Throttle {
  private static final int ADDRESSES = 1_000;
  private static final double AT_ONCE = 10;
  private static final double NANOS = 1e9;

  private final Map<String, Allowance> allowances =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
          return size() > ADDRESSES;
        }
      };

  private record Allowance(double left, long at) {}

  /** A wrong token came; false when too many did. */
  public synchronized boolean failed(String address, long nanos) {
    Allowance before = allowances.getOrDefault(address, new Allowance(AT_ONCE, nanos));
    double left = Math.min(AT_ONCE, before.left() + (nanos - before.at()) / NANOS);
    boolean within = left >= 1;
    allowances.put(address, new Allowance(within ? left - 1 : left, nanos));
    return within;
  }
}
