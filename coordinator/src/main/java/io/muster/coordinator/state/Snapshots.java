package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.List;

/** The ledger as a record tree, and back. */
final class Snapshots {
  private Snapshots() {}

  static ClusterSnapshot of(Ledger ledger) {
    List<ClusterSnapshot.Attempt> attempts = new ArrayList<>();
    for (Attempt attempt : ledger.attempts.values()) {
      if (attempt.job.spec.isOfSession()) {
        continue;
      }
      attempts.add(
          new ClusterSnapshot.Attempt(
              attempt.id,
              attempt.job.id,
              attempt.worker.id,
              attempt.interval(),
              attempt.step,
              attempt.started));
    }
    attempts.sort((a, b) -> a.id().compareTo(b.id()));
    return new ClusterSnapshot(
        List.copyOf(ledger.epochs),
        ledger.lastJob,
        ledger.lastWorker,
        ledger.jobs.values().stream()
            .filter(job -> !job.spec.isOfSession())
            .map(Snapshots::of)
            .toList(),
        ledger.workers.values().stream().map(Snapshots::of).toList(),
        attempts);
  }

  private static ClusterSnapshot.Job of(Job job) {
    TaskSets tasks = job.tasks;
    return new ClusterSnapshot.Job(
        job.id,
        job.spec,
        job.sizes.copy(),
        job.submitted,
        job.started,
        job.finished,
        job.end,
        job.error,
        job.inputCount(),
        job.inputsClosed,
        job.stepDone,
        job.stepDeaths,
        job.loadDeaths,
        job.sizing.nanosPerTask(),
        tasks.waiting.copy(),
        tasks.pausing.copy(),
        tasks.succeeded.copy(),
        tasks.failed.copy(),
        tasks.cancelled.copy(),
        tasks.tries.levels(),
        tasks.failedTries.levels(),
        tasks.deaths.levels(),
        tasks.suspicions.toList());
  }

  private static ClusterSnapshot.Worker of(ConnectedWorker worker) {
    return new ClusterSnapshot.Worker(
        worker.id,
        worker.incarnation,
        worker.address,
        worker.slots,
        worker.ioLimit,
        worker.taskMemory,
        worker.labels,
        worker.version,
        worker.draining,
        worker.lost);
  }

  static Ledger restored(ClusterSnapshot snapshot) {
    Ledger ledger = new Ledger();
    ledger.epochs.addAll(snapshot.epochs());
    snapshot.jobs().forEach(job -> ledger.add(restored(job)));
    List.copyOf(ledger.jobs.values()).forEach(ledger::joinStages);
    snapshot.workers().forEach(worker -> ledger.add(restored(worker)));
    for (ClusterSnapshot.Attempt saved : snapshot.attempts()) {
      Job job = ledger.job(saved.job());
      ConnectedWorker worker = ledger.worker(saved.worker());
      Interval interval = saved.interval();
      Attempt attempt = new Attempt(saved.id(), job, worker, saved.step(), interval, 0);
      attempt.started = saved.started();
      ledger.attemptOut(attempt);
    }
    ledger.lastJob = snapshot.lastJob();
    ledger.lastWorker = snapshot.lastWorker();
    return ledger;
  }

  private static Job restored(ClusterSnapshot.Job saved) {
    Job job = new Job(saved.id(), saved.spec(), saved.sizes(), saved.submitted());
    job.started = saved.started();
    job.finished = saved.finished();
    job.end = saved.end();
    job.error = saved.error();
    job.inputsClosed = saved.inputsClosed();
    job.stepDone = saved.stepDone();
    job.stepDeaths = saved.stepDeaths();
    job.loadDeaths = saved.loadDeaths();
    job.sizing.restore(saved.nanosPerTask());
    TaskSets tasks = job.tasks;
    if (job.isPipeline()) {
      job.outputs = saved.count();
      return job;
    }
    tasks.waiting.clear();
    tasks.count = saved.count();
    tasks.waiting.addAll(saved.waiting());
    tasks.pausing.addAll(saved.backingOff());
    tasks.succeeded.addAll(saved.succeeded());
    tasks.failed.addAll(saved.failed());
    tasks.cancelled.addAll(saved.cancelled());
    tasks.tries = Tally.of(saved.tries());
    tasks.failedTries = Tally.of(saved.failedTries());
    tasks.deaths = Tally.of(saved.deaths());
    saved.suspects().forEach(s -> tasks.suspicions.suspect(s.interval(), s.atMost()));
    return job;
  }

  private static ConnectedWorker restored(ClusterSnapshot.Worker saved) {
    WorkerId id = saved.id();
    ConnectedWorker worker =
        new ConnectedWorker(
            new JournalRecord.WorkerRegistered(
                id,
                saved.incarnation(),
                saved.address(),
                saved.slots(),
                saved.ioLimit(),
                saved.taskMemory(),
                saved.labels(),
                saved.version(),
                saved.draining()));
    worker.lost = saved.lost();
    return worker;
  }
}
