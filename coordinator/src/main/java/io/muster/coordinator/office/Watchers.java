package io.muster.coordinator.office;

import io.muster.coordinator.desk.Desk.Subscription;
import io.muster.protocol.JobId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who wants to be called when a job changes. Any thread. */
final class Watchers {
  private final Map<JobId, Set<Runnable>> byJob = new ConcurrentHashMap<>();

  Subscription watch(JobId job, Runnable news) {
    // Wrapped, so that the same Runnable may watch twice.
    Runnable mine = news::run;
    byJob.compute(
        job,
        (j, set) -> {
          Set<Runnable> some = set == null ? ConcurrentHashMap.newKeySet() : set;
          some.add(mine);
          return some;
        });
    return () ->
        byJob.computeIfPresent(
            job,
            (j, set) -> {
              set.remove(mine);
              return set.isEmpty() ? null : set;
            });
  }

  boolean has(JobId job) {
    return byJob.containsKey(job);
  }

  void news(JobId job) {
    byJob.getOrDefault(job, Set.of()).forEach(Runnable::run);
  }

  void newsToAll() {
    byJob.values().forEach(set -> set.forEach(Runnable::run));
  }
}
