package io.muster.coordinator.state;

import io.muster.protocol.ToWorker.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says in clear sentences why a job or a task is (not) running. */
final class Explainer {
  private static final String UNITS = " kmgt";

  private final Ledger ledger;
  private final Now now;
  private final List<String> lines = new ArrayList<>();

  Explainer(Ledger ledger, Now now) {
    this.ledger = ledger;
    this.now = now;
  }

  Explanation job(Job job) {
    tell(job);
    return new Explanation(lines);
  }

  private void tell(Job job) {
    if (job.hasEnded()) {
      ended(job);
      return;
    }
    for (Job stage : job.stages) {
      lines.add("Stage '" + stage.spec.name() + "' is job " + stage.id + ".");
      tell(stage);
    }
    if (job.tasks.inAttempts() > 0) {
      out(job);
    }
    step(job);
    if (!job.tasks.pausing.isEmpty()) {
      lines.add(
          counted(job.tasks.pausing.size(), "task")
              + " of job "
              + job.id
              + " failed and will run again after a pause.");
    }
    if (!job.tasks.waiting.isEmpty()) {
      waiting(job, counted(job.tasks.waiting.size(), "task") + " of job " + job.id);
    }
    Stage place = job.stage;
    Job before = place == null ? null : place.before();
    if (before != null && !before.hasEnded() && job.state() == JobState.OPEN) {
      lines.add("Job " + job.id + " waits for what stage '" + before.spec.name() + "' gives.");
    } else if (place != null && job.lastStep() != null && place.lacksLines()) {
      lines.add(
          "The reduce of job " + job.id + " will not run: it would lack lines, for tasks failed.");
    } else if (job.state() == JobState.OPEN) {
      lines.add("Job " + job.id + " has done all its inputs and is open for more.");
    }
  }

  /** A process has one task of its chunk in hand, or a range as a whole; the others wait there. */
  private void out(Job job) {
    long running = 0;
    for (Attempt chunk : job.chunks()) {
      if (chunk.started) {
        running += job.isIo || job.takesRanges() ? chunk.remaining() : 1;
      }
    }
    long sent = job.tasks.inAttempts() - running;
    String where =
        job.isIo
            ? counted(job.workersWithIo(), "worker")
            : counted(job.leases.size(), "worker") + " (" + counted(job.slots, "slot") + ")";
    if (running == 0) {
      lines.add(
          counted(sent, "task")
              + " of job "
              + job.id
              + (sent == 1 ? " is" : " are")
              + " sent to "
              + where
              + ".");
      return;
    }
    lines.add(
        "Job "
            + job.id
            + " runs "
            + counted(running, "task")
            + " now, on "
            + where
            + (sent == 0 ? "" : "; " + counted(sent, "more task") + " sent there in advance")
            + ".");
  }

  Explanation task(Job job, long index) {
    String task = "Task " + job.id + "/" + index;
    Attempt chunk = job.chunkOf(index);
    int tries = job.tasks.tries.get(index);
    if (!job.stages.isEmpty()) {
      for (Job stage : job.stages) {
        lines.add(
            "Job "
                + job.id
                + " is a pipeline: tasks of its stage '"
                + stage.spec.name()
                + "' are those of job "
                + stage.id
                + ".");
      }
    } else if (index < 0 || index >= job.tasks.count) {
      lines.add(
          "Job " + job.id + " has no task " + index + " (it has " + number(job.tasks.count) + ").");
    } else if (chunk != null) {
      out(task, chunk, index, tries + 1);
    } else if (job.tasks.succeeded.contains(index)) {
      lines.add(task + " has succeeded.");
    } else if (job.tasks.failed.contains(index)) {
      lines.add(
          task
              + " has failed in try "
              + Math.max(1, tries)
              + "; 'muster failures "
              + job.id
              + "' says why.");
    } else if (job.tasks.cancelled.contains(index)) {
      lines.add(task + " was cancelled.");
    } else if (job.tasks.pausing.contains(index)) {
      Long end = job.pauses.endOf(index);
      long millis = end == null ? 0 : Math.max(0, (end - now.monotonicNanos()) / 1_000_000);
      lines.add(
          task + " did not succeed in try " + tries + " and runs again in " + millis + " ms.");
    } else {
      waiting(job, task);
    }
    return new Explanation(lines);
  }

  /** Why a stage that could run is to wait for the next one, or null. */
  private static @Nullable String held(Job job) {
    Stage stage = job.stage;
    Job next = stage == null ? null : stage.next();
    if (stage == null || next == null || stage.room() > 0) {
      return null;
    }
    return stage.isHeld()
        ? "stage '"
            + next.spec.name()
            + "' has "
            + counted(next.tasks.waiting.size() + next.tasks.pausing.size(), "input")
            + " that it has not begun."
        : "as much of it runs as stage '" + next.spec.name() + "' can take at once.";
  }

  private void ended(Job job) {
    lines.add(
        "Job " + job.id + " has ended: " + job.state().toString().toLowerCase(Locale.ROOT) + ".");
    JobError error = job.error;
    long failed = job.sum(each -> each.tasks.failed.size());
    if (error != null) {
      lines.add(
          "Its "
              + error.phase().toString().toLowerCase(Locale.ROOT)
              + " failed: "
              + error.failure().message());
    } else if (failed > 0) {
      lines.add(
          counted(failed, "task")
              + " failed: 'muster failures "
              + job.id
              + "' says why, 'muster retry "
              + job.id
              + "' runs what has not succeeded again.");
    }
    notReduced(job, "of job " + job.id);
    job.stages.forEach(
        stage -> notReduced(stage, "of stage '" + stage.spec.name() + "' (job " + stage.id + ")"));
  }

  private void notReduced(Job job, String of) {
    Step last = job.lastStep();
    if (last != null && job.state() == JobState.FAILED && job.error == null) {
      lines.add(
          "The "
              + last.toString().toLowerCase(Locale.ROOT)
              + " "
              + of
              + " did not run: it would lack what tasks failed to give.");
    }
  }

  private void step(Job job) {
    Step wanted = job.wantedStep();
    if (job.step != null) {
      lines.add(
          "The "
              + String.valueOf(job.step.step).toLowerCase(Locale.ROOT)
              + " of job "
              + job.id
              + " runs on "
              + job.step.worker.id
              + " since "
              + since(job.step)
              + ".");
    } else if (wanted != null && !fits(job)) {
      waiting(job, "The " + wanted.toString().toLowerCase(Locale.ROOT) + " of job " + job.id);
    } else if (wanted != null) {
      lines.add(
          "The "
              + wanted.toString().toLowerCase(Locale.ROOT)
              + " of job "
              + job.id
              + " waits for a worker that runs no other.");
    }
  }

  private void out(String task, Attempt chunk, long index, int tryNumber) {
    String where = " on " + chunk.worker.id + " (" + chunk.worker.address + ")";
    if (chunk.worker.awaitedUntil != null) {
      long seconds =
          Math.max(0, (chunk.worker.awaitedUntil - now.monotonicNanos()) / 1_000_000_000L);
      lines.add(
          task
              + " is held back for "
              + chunk.worker.id
              + ", which had it before the coordinator started again; it has "
              + seconds
              + " s more to come back.");
    } else if (!chunk.started) {
      lines.add(
          task
              + " was sent"
              + where
              + " "
              + since(chunk)
              + " ago and waits for a "
              + (chunk.job.isIo ? "process" : "slot")
              + " there.");
    } else {
      lines.add(
          task
              + (index == chunk.next ? " runs" : " is in a chunk that runs")
              + where
              + " since "
              + since(chunk)
              + ", in try "
              + tryNumber
              + ".");
    }
  }

  private String since(Attempt attempt) {
    long millis = (now.monotonicNanos() - attempt.assignedAt) / 1_000_000;
    return millis < 10_000 ? millis + " ms" : millis / 1000 + " s";
  }

  private boolean fits(Job job) {
    return up().stream()
        .anyMatch(worker -> job.isAllowedOn(worker) && job.weightOn(worker) <= worker.slots);
  }

  private List<ConnectedWorker> up() {
    return ledger.workers.values().stream().filter(ConnectedWorker::takesWork).toList();
  }

  /** Why nothing more of the job is handed out. */
  private void waiting(Job job, String who) {
    List<ConnectedWorker> up = up();
    List<ConnectedWorker> allowed = up.stream().filter(job::isAllowedOn).toList();
    int limit = job.spec.policy().limit();
    String held = held(job);
    String waits = who.contains("tasks") ? " wait" : " waits";
    if (ledger.workers.isEmpty()) {
      lines.add(who + " can't run: there is no worker.");
    } else if (up.isEmpty()) {
      lines.add(who + " can't run: every worker is draining or lost.");
    } else if (allowed.isEmpty()) {
      lines.add(who + " can't run: no worker has the label " + labels(job) + ".");
    } else if (!job.isIo
        && allowed.stream().noneMatch(worker -> job.weightOn(worker) <= worker.slots)) {
      lines.add(
          who
              + " can't run: it needs "
              + size(job.spec.policy().memory())
              + " of memory, "
              + tooLarge(job, allowed)
              + ".");
    } else if (held != null) {
      lines.add(who + waits + ": " + held);
    } else if (!job.isBelowLimit()) {
      lines.add(
          who + waits + ": the job runs no more than " + number(limit) + " at once (--limit).");
    } else if (!job.pace.allows(job.tasks.waiting.size())) {
      lines.add(who + waits + ": the job starts no more than " + job.pace + " (--rate).");
    } else if (job.isIo) {
      lines.add(who + waits + ": " + noRoom(job, allowed));
    } else {
      Job before = higher(job);
      lines.add(
          before == null
              ? who + waits + ": all slots are taken."
              : who
                  + waits
                  + ": job "
                  + before.id
                  + " has a higher priority ("
                  + before.spec.policy().priority()
                  + ").");
    }
  }

  /** Why no worker gets more of an I/O job. */
  private static String noRoom(Job job, List<ConnectedWorker> workers) {
    if (workers.stream().allMatch(worker -> worker.ioLimit == 0)) {
      return "no worker takes I/O tasks (--io-limit 0).";
    }
    if (job.next.innocents() == null) {
      return "a process died while they ran in it; fewer of them run at once, in a process of their"
          + " own, until it is known which one it was.";
    }
    if (workers.stream().anyMatch(worker -> worker.ioRoom() > 0)) {
      return "their process ran out of memory: each worker gets no more at once than it bore.";
    }
    return "every worker has as many I/O tasks as it takes (--io-limit).";
  }

  private static String tooLarge(Job job, List<ConnectedWorker> workers) {
    ConnectedWorker best = workers.get(0);
    for (ConnectedWorker worker : workers) {
      if (worker.slots * worker.taskMemory > best.slots * best.taskMemory) {
        best = worker;
      }
    }
    return "that is "
        + counted(job.weightOn(best), "slot")
        + " of "
        + size(best.taskMemory)
        + ", and the largest worker, "
        + best.id
        + ", has "
        + number(best.slots);
  }

  private static String labels(Job job) {
    List<String> labels = new ArrayList<>();
    for (Map.Entry<String, String> label : job.spec.policy().where().entrySet()) {
      labels.add(label.getKey() + "=" + label.getValue());
    }
    labels.sort(null);
    return String.join(", ", labels);
  }

  /** One of a higher priority that would take what became free. */
  private @Nullable Job higher(Job job) {
    for (Job other : ledger.jobs.values()) {
      if (other.isHungry()
          && fits(other)
          && other.spec.policy().priority() > job.spec.policy().priority()) {
        return other;
      }
    }
    return null;
  }

  private static String counted(long count, String what) {
    return number(count) + " " + what + (count == 1 ? "" : "s");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** As the options of submit and worker take it. */
  private static String size(long bytes) {
    long amount = bytes;
    int power = 0;
    while (amount > 0 && amount % 1024 == 0 && power < UNITS.length() - 1) {
      amount /= 1024;
      power++;
    }
    return power == 0 ? number(bytes) + " bytes" : amount + UNITS.substring(power, power + 1);
  }
}
