package io.muster.coordinator.state;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Workers that are alike to jobs: same labels, same memory a slot. Knows who has free slots. */
final class WorkerClass {
  /** What makes workers alike. */
  record Key(Map<String, String> labels, long taskMemory) {
    static Key of(ConnectedWorker worker) {
      return new Key(worker.labels, worker.taskMemory);
    }
  }

  private final TreeMap<Integer, LinkedHashSet<ConnectedWorker>> byFree = new TreeMap<>();

  void add(ConnectedWorker worker, int free) {
    byFree.computeIfAbsent(free, key -> new LinkedHashSet<>()).add(worker);
  }

  void remove(ConnectedWorker worker, int free) {
    LinkedHashSet<ConnectedWorker> alike = byFree.get(free);
    if (alike != null && alike.remove(worker) && alike.isEmpty()) {
      byFree.remove(free);
    }
  }

  /** The one with the most free slots that can run another process of this job, or null. */
  @Nullable ConnectedWorker roomFor(Job job) {
    if (byFree.isEmpty()) {
      return null;
    }
    ConnectedWorker any = byFree.firstEntry().getValue().iterator().next();
    if (!job.isAllowedOn(any)) {
      return null;
    }
    int weight = job.weightOn(any);
    for (LinkedHashSet<ConnectedWorker> alike :
        byFree.tailMap(weight, true).descendingMap().values()) {
      for (ConnectedWorker worker : alike) {
        if (worker.reservedFor == null || worker.reservedFor == job) {
          return worker;
        }
      }
    }
    return null;
  }
}
