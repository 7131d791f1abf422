package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToCoordinator.StepFailed;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every attempt of which something is here that the coordinator's journal does not have: what it
 * still runs, or what was said of it and is not durable yet.
 */
final class Held {
  private static final class Entry {
    final JobId job;
    long until;
    long durableUntil;
    long saidUntil;
    boolean started;
    boolean live = true;

    /** Items that are to be said, or said and not durable. */
    int kept;

    /** Of these, how many are still to be said. */
    int unsaid;

    Entry(JobId job, Interval interval) {
      this.job = job;
      this.until = interval.until();
      this.durableUntil = interval.from();
      this.saidUntil = interval.from();
    }
  }

  /**
   * @param reportedUntil of {@link Outcomes}: the end of their interval; otherwise -1
   * @param rest of {@link Divided}: what was divided off
   */
  private record Said(@Nullable AttemptId attempt, long reportedUntil, @Nullable AttemptId rest) {}

  private final Map<AttemptId, Entry> entries = new LinkedHashMap<>();

  /** What was divided off attempts, while a coordinator may not know that. */
  private final Map<AttemptId, Set<AttemptId>> rests = new HashMap<>();

  private final Deque<Said> said = new ArrayDeque<>();

  boolean has(AttemptId attempt) {
    return entries.containsKey(attempt);
  }

  boolean hasAnyOf(JobId job) {
    return entries.values().stream().anyMatch(entry -> entry.job.equals(job));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  void taken(AttemptId attempt, JobId job, Interval interval) {
    entries.put(attempt, new Entry(job, interval));
  }

  void started(AttemptId attempt) {
    entry(attempt).started = true;
  }

  void cut(AttemptId attempt, long until) {
    entry(attempt).until = until;
  }

  /** From {@code at} on, the attempt is another one, which has started too. */
  void divided(AttemptId attempt, long at, AttemptId rest) {
    Entry entry = entry(attempt);
    Entry tail = new Entry(entry.job, new Interval(at, entry.until));
    tail.started = true;
    entry.until = at;
    entries.put(rest, tail);
    rests.computeIfAbsent(attempt, any -> new LinkedHashSet<>()).add(rest);
  }

  /** It runs no more; what is to be said of it stays. */
  void ended(AttemptId attempt) {
    Entry entry = entries.get(attempt);
    if (entry != null) {
      entry.live = false;
      removeIfOver(attempt, entry);
    }
  }

  /** An attempt, and all that was divided off it as far as its coordinator may not know that. */
  List<AttemptId> withRests(AttemptId attempt) {
    List<AttemptId> all = new ArrayList<>(List.of(attempt));
    for (int k = 0; k < all.size(); k++) {
      all.addAll(rests.getOrDefault(all.get(k), Set.of()));
    }
    return all;
  }

  /**
   * Nothing of it is wanted, nor of what was divided off it unless its coordinator knows that.
   *
   * @return all that is not wanted
   */
  List<AttemptId> revoked(AttemptId attempt) {
    List<AttemptId> all = withRests(attempt);
    all.forEach(entries::remove);
    all.forEach(rests::remove);
    return all;
  }

  /** The item will be said. */
  void toBeSaid(ToCoordinator item) {
    Entry entry = entryOf(item);
    if (entry != null) {
      entry.kept++;
      entry.unsaid++;
    }
  }

  /** The item is said now. */
  void said(ToCoordinator item) {
    Entry entry = entryOf(item);
    long reportedUntil = item instanceof Outcomes outcomes ? outcomes.interval().until() : -1;
    if (entry != null) {
      entry.unsaid--;
      entry.saidUntil = Math.max(entry.saidUntil, reportedUntil);
    }
    AttemptId rest = item instanceof Divided divided ? divided.rest() : null;
    said.add(new Said(attemptOf(item), reportedUntil, rest));
  }

  /** The first {@code count} items of those said and not durable are durable. */
  void durable(int count) {
    for (int i = 0; i < count; i++) {
      Said item = said.remove();
      Entry entry = item.attempt() == null ? null : entries.get(item.attempt());
      if (item.attempt() != null && item.rest() != null) {
        settled(item.attempt(), item.rest());
      }
      if (item.attempt() != null && entry != null) {
        entry.kept--;
        entry.durableUntil = Math.max(entry.durableUntil, item.reportedUntil());
        removeIfOver(item.attempt(), entry);
      }
    }
  }

  private void settled(AttemptId attempt, AttemptId rest) {
    Set<AttemptId> of = rests.get(attempt);
    if (of != null && of.remove(rest) && of.isEmpty()) {
      rests.remove(attempt);
    }
  }

  void clear() {
    entries.clear();
    rests.clear();
    said.clear();
  }

  /** All that is not durable yet, for a registration: the reports of it follow. */
  List<Claim> notDurable() {
    return entries.entrySet().stream()
        .filter(e -> e.getValue().durableUntil < e.getValue().until)
        .map(e -> claim(e.getKey(), e.getValue(), e.getValue().durableUntil))
        .toList();
  }

  /** All that was not said yet. */
  List<Claim> notSaid() {
    return entries.entrySet().stream()
        .filter(e -> e.getValue().live || e.getValue().unsaid > 0)
        .filter(e -> e.getValue().saidUntil < e.getValue().until)
        .map(e -> claim(e.getKey(), e.getValue(), e.getValue().saidUntil))
        .toList();
  }

  private static Claim claim(AttemptId attempt, Entry entry, long from) {
    return new Claim(attempt, entry.job, new Interval(from, entry.until), entry.started);
  }

  private void removeIfOver(AttemptId attempt, Entry entry) {
    if (!entry.live && entry.kept == 0) {
      entries.remove(attempt);
    }
  }

  private Entry entry(AttemptId attempt) {
    Entry entry = entries.get(attempt);
    if (entry == null) {
      throw new IllegalStateException("nothing is held of attempt " + attempt);
    }
    return entry;
  }

  private @Nullable Entry entryOf(ToCoordinator item) {
    AttemptId attempt = attemptOf(item);
    return attempt == null ? null : entries.get(attempt);
  }

  /** The attempt that it is said of, if any. */
  static @Nullable AttemptId attemptOf(ToCoordinator item) {
    if (item instanceof Outcomes outcomes) {
      return outcomes.attempt();
    } else if (item instanceof Started started) {
      return started.attempt();
    } else if (item instanceof Retracted retracted) {
      return retracted.attempt();
    } else if (item instanceof Divided divided) {
      return divided.attempt();
    } else if (item instanceof AttemptFailed failed) {
      return failed.attempt();
    } else if (item instanceof StepSucceeded succeeded) {
      return succeeded.attempt();
    } else if (item instanceof StepFailed failed) {
      return failed.attempt();
    }
    return null;
  }
}
