package io.muster.coordinator.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was not let in, for the audit log: the first time, and then at most once a minute with how
 * often since, so that who tries on for ever does not push out what others did. Remembers the last
 * thousand. Any thread.
 */
public final class AuditedRefusals {
  private static final Logger AUDIT = LoggerFactory.getLogger("muster.audit");
  private static final int MOST = 1_000;
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private record Said(long at, long since) {}

  private final Map<String, Said> said =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
          return size() > MOST;
        }
      };

  /** Of a call from this address. */
  public void refused(String address, String why) {
    String line = line(address, why, System.nanoTime());
    if (!line.isEmpty()) {
      AUDIT.warn("{}", line);
    }
  }

  /** What is written of it; empty: nothing. */
  synchronized String line(String address, String why, long nanos) {
    String line = "refused " + address + ": " + why;
    Said before = said.get(line);
    if (before != null && nanos - before.at < PAUSE_NANOS) {
      said.put(line, new Said(before.at, before.since + 1));
      return "";
    }
    said.put(line, new Said(nanos, 0));
    return before == null || before.since == 0
        ? line
        : line + ", and " + before.since + " times since this was written last";
  }
}
