package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.List;
import java.util.function.Supplier;

/** What holds after every call. */
final class Invariants {
  private Invariants() {}

  /**
   * @param thorough also what takes time to look at
   */
  static void check(ClusterState state, boolean thorough) {
    for (Job job : state.ledger.jobs.values()) {
      if (!job.hasEnded() || thorough) {
        check(job, thorough);
      }
    }
    if (thorough) {
      checkSlots(state);
      checkIo(state);
    }
  }

  private static void check(Job job, boolean thorough) {
    TaskSets tasks = job.tasks;
    long out = 0;
    for (Attempt chunk : job.chunks()) {
      out += chunk.remaining();
      ensure(chunk.remaining() > 0, () -> "an empty chunk is out: " + chunk);
    }
    ensure(
        out == tasks.inAttempts(),
        () -> tasks.inAttempts() + " tasks of job " + job.id + " are missing, but others are out");
    ensure(
        !job.hasEnded() || (out == 0 && job.slots == 0), () -> "job " + job.id + " has not let go");
    if (thorough) {
      IntervalSet all = tasks.waiting.copy();
      for (IntervalSet set :
          List.of(tasks.pausing, tasks.succeeded, tasks.failed, tasks.cancelled)) {
        all.addAll(set);
      }
      for (Attempt chunk : job.chunks()) {
        all.add(chunk.interval());
      }
      boolean whole =
          all.size() == tasks.count
              && (all.isEmpty() || all.containsAll(new Interval(0, tasks.count)));
      ensure(whole, () -> "the sets of job " + job.id + " do not part its tasks: " + all);
    }
  }

  private static void checkIo(ClusterState state) {
    for (ConnectedWorker worker : state.ledger.workers.values()) {
      long running = 0;
      for (IoLoad load : worker.loads.values()) {
        running += load.running();
        long out = 0;
        long alone = 0;
        for (Attempt chunk : load.job.chunks()) {
          out += chunk.load == load ? chunk.remaining() : 0;
          alone += chunk.load == load && chunk.alone ? chunk.remaining() : 0;
        }
        long expected = out;
        ensure(out == load.running(), () -> load.running() + " counted, " + expected + " are out");
        ensure(alone == load.suspects(), () -> load.suspects() + " suspects on " + worker.id);
        ensure(load.job.loads.get(worker.id) == load, () -> "a load that its job does not know");
      }
      long sum = running;
      ensure(sum == worker.ioRunning, () -> worker.ioRunning + " on " + worker.id + ", not " + sum);
    }
    for (Job job : state.ledger.jobs.values()) {
      long running = job.loads.values().stream().mapToLong(IoLoad::running).sum();
      int limit = job.spec.policy().limit();
      ensure(running == job.ioRunning, () -> running + " tasks of job " + job.id + " are out");
      ensure(
          limit == 0 || !job.isIo || running <= limit,
          () -> "job " + job.id + " runs " + running + " I/O tasks at once");
    }
  }

  private static void checkSlots(ClusterState state) {
    int free = 0;
    for (ConnectedWorker worker : state.ledger.workers.values()) {
      int dealt = 0;
      for (Lease lease : worker.leases.values()) {
        long chunks =
            worker.attempts.values().stream()
                .filter(attempt -> attempt.step == null && attempt.job == lease.job)
                .count();
        ensure(chunks == lease.chunks, () -> lease.chunks + " chunks counted, " + chunks + " out");
        ensure(lease.leaving <= lease.processes, () -> "more leaves than is there");
        dealt += lease.slots();
      }
      ensure(dealt == worker.dealt, () -> worker.id + " has not dealt " + worker.dealt);
      ensure(dealt <= worker.slots, () -> worker.id + " is over-committed: " + worker.dealt);
      free += worker.takesWork() ? worker.free() : 0;
    }
    ensure(
        free == state.placement.freeSlots(),
        () -> "not " + state.placement.freeSlots() + " slots are free");
    for (Job job : state.ledger.jobs.values()) {
      int processes = job.leases.values().stream().mapToInt(lease -> lease.processes).sum();
      int limit = job.spec.policy().limit();
      ensure(
          processes == job.processes, () -> "job " + job.id + " has " + processes + " processes");
      ensure(
          limit == 0 || processes <= limit,
          () -> "job " + job.id + " runs " + processes + " at once");
    }
  }

  /** The journal alone gives the same state. */
  static void checkReplay(ClusterState state, List<JournalRecord> journal) {
    ClusterState again = new ClusterState();
    journal.forEach(again::replayed);
    ClusterSnapshot expected = state.snapshot();
    ClusterSnapshot actual = again.snapshot();
    ensure(actual.attempts().equals(expected.attempts()), () -> "replay has other attempts");
    ensure(actual.workers().equals(expected.workers()), () -> "replay has other workers");
    ensure(actual.lastWorker() == expected.lastWorker(), () -> "replay has another last worker");
    ensure(actual.jobs().size() == expected.jobs().size(), () -> "replay has other jobs");
    for (int k = 0; k < expected.jobs().size(); k++) {
      ClusterSnapshot.Job one = withoutPauses(expected.jobs().get(k));
      ClusterSnapshot.Job other = withoutPauses(actual.jobs().get(k));
      ensure(one.equals(other), () -> "replay differs:\n" + one + "\n" + other);
    }
  }

  /** That a pause is over is not in the journal. */
  private static ClusterSnapshot.Job withoutPauses(ClusterSnapshot.Job job) {
    job.waiting().addAll(job.backingOff());
    job.backingOff().clear();
    return job;
  }

  private static void ensure(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }
}
