package io.muster.coordinator.state;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What moved since it was last looked at, so that nothing else has to be looked at. */
final class Touched {
  private final Set<Job> jobs = new LinkedHashSet<>();
  private final Set<Lease> leases = new LinkedHashSet<>();
  private final Set<ConnectedWorker> workers = new LinkedHashSet<>();

  void job(Job job) {
    jobs.add(job);
  }

  void lease(Lease lease) {
    leases.add(lease);
  }

  /** Its I/O tasks, or whether it takes work. */
  void worker(ConnectedWorker worker) {
    workers.add(worker);
  }

  List<Job> takeJobs() {
    List<Job> taken = new ArrayList<>(jobs);
    jobs.clear();
    return taken;
  }

  List<Lease> takeLeases() {
    List<Lease> taken = new ArrayList<>(leases);
    leases.clear();
    return taken;
  }

  List<ConnectedWorker> takeWorkers() {
    List<ConnectedWorker> taken = new ArrayList<>(workers);
    workers.clear();
    return taken;
  }
}
