package io.muster.coordinator.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How slots are divided among jobs right now, with what is already on its way counted in. */
final class Shares {
  /** A job and the slots it has or will have. */
  static final class Held {
    private final Job job;
    private final Family family;
    private int slots;

    Held(Job job, Family family, int slots) {
      this.job = job;
      this.family = family;
      this.slots = slots;
      family.slots += slots;
    }

    void add(int more) {
      slots += more;
      family.slots += more;
    }

    Job job() {
      return job;
    }

    int priority() {
      return job.spec.policy().priority();
    }
  }

  /** What a job, or all stages of a pipeline, have together. */
  private static final class Family {
    private int slots;
  }

  private static final Comparator<Held> SHORTEST_FIRST =
      Comparator.comparingInt(Held::priority)
          .reversed()
          .thenComparingInt(held -> held.family.slots)
          .thenComparing(Held::job, Job.FIRST);

  private final Map<Job, Family> families = new HashMap<>();
  private final Map<Job, Held> held = new HashMap<>();
  private final List<Held> hungry = new ArrayList<>();
  private final List<Held> donors = new ArrayList<>();

  Shares(Ledger ledger, List<Job> hungryJobs) {
    int onTheirWay = 0;
    for (Job job : ledger.jobs.values()) {
      if (job.slots > 0) {
        int leaving = 0;
        for (Lease lease : job.leases.values()) {
          leaving += lease.leaving * lease.weight;
        }
        onTheirWay += leaving;
        Held one = new Held(job, family(job), job.slots - leaving);
        held.put(job, one);
        donors.add(one);
      }
    }
    for (Job job : hungryJobs) {
      hungry.add(held.computeIfAbsent(job, key -> new Held(key, family(key), 0)));
    }
    while (onTheirWay > 0 && !hungry.isEmpty()) {
      Held next = hungry.stream().min(SHORTEST_FIRST).orElseThrow();
      next.add(1);
      onTheirWay--;
    }
  }

  private Family family(Job job) {
    Job head = job.stage == null ? job : job.stage.whole();
    return families.computeIfAbsent(head, key -> new Family());
  }

  /** The hungry job that has to get the next slot, or null when shares are even. */
  @Nullable Held shortest() {
    while (!hungry.isEmpty()) {
      Held next = hungry.stream().min(SHORTEST_FIRST).orElseThrow();
      if (hasDonor(next)) {
        return next;
      }
      next.job.shortSince = null;
      hungry.remove(next);
    }
    return null;
  }

  void leaveOut(Held one) {
    hungry.remove(one);
  }

  private boolean hasDonor(Held one) {
    return donors.stream().anyMatch(donor -> mayTake(donor, one));
  }

  /** Whether the world is fairer when {@code donor} gives a slot to {@code one}. */
  private static boolean mayTake(Held donor, Held one) {
    if (donor == one || donor.slots <= 0) {
      return false;
    }
    if (donor.priority() != one.priority()) {
      return donor.priority() < one.priority();
    }
    if (donor.family == one.family) {
      return donor.job.id.compareTo(one.job.id) < 0; // an earlier stage to a later one
    }
    return donor.family.slots >= one.family.slots + 2;
  }

  /** Where donors have slots that the job could use; who has most of lowest priority first. */
  Iterable<ConnectedWorker> workersOfDonors(Held one) {
    donors.sort(
        Comparator.comparingInt(Held::priority)
            .thenComparing(donor -> donor.slots, Comparator.reverseOrder())
            .thenComparing(donor -> donor.job.id));
    List<ConnectedWorker> workers = new ArrayList<>();
    for (Held donor : donors) {
      if (mayTake(donor, one)) {
        for (Lease lease : donor.job.leases.values()) {
          ConnectedWorker worker = lease.worker;
          if (lease.processes > lease.leaving
              && worker.takesWork()
              && worker.reservedFor == null
              && one.job.isAllowedOn(worker)
              && one.job.weightOn(worker) <= worker.slots) {
            workers.add(worker);
            if (one.job.weightOn(worker) == 1) {
              return workers;
            }
          }
        }
      }
    }
    return workers;
  }

  /** Leases, each once for each process it gives, that make room for the job; empty: they can't. */
  List<Lease> giversOn(ConnectedWorker worker, Held one) {
    int missing = one.job.weightOn(worker) - worker.free();
    List<Lease> givers = new ArrayList<>();
    for (Lease lease : worker.leases.values()) {
      Held donor = held.get(lease.job);
      for (int k = lease.leaving; k < lease.processes && missing > 0; k++) {
        if (donor != null && mayTake(donor, one)) {
          givers.add(lease);
          missing -= lease.weight;
        }
      }
    }
    return missing <= 0 ? givers : List.of();
  }

  void moved(Lease lease, Held one) {
    Held donor = held.get(lease.job);
    if (donor != null) {
      donor.add(-lease.weight);
    }
    one.add(lease.weight);
  }
}
