package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs splits, combines and reduces: each on one worker, beside its slots, one a worker. */
final class Steps {
  private final JobEnds ends;
  private final Set<Job> pending = new LinkedHashSet<>();

  Steps(JobEnds ends) {
    this.ends = ends;
  }

  void jobMoved(Job job) {
    if (job.wantedStep() != null) {
      pending.add(job);
    } else {
      pending.remove(job);
    }
  }

  boolean isPending(Job job) {
    return pending.contains(job);
  }

  void place(Turn turn) {
    if (pending.isEmpty()) {
      return;
    }
    for (Job job : new ArrayList<>(pending)) {
      ConnectedWorker worker = workerFor(turn, job);
      Step step = job.wantedStep();
      if (worker != null && step != null) {
        pending.remove(job);
        start(turn, job, step, worker);
      }
    }
  }

  private static void start(Turn turn, Job job, Step step, ConnectedWorker worker) {
    AttemptId attempt = turn.newAttempts(1);
    turn.started(job);
    turn.record(new JournalRecord.StepAssigned(attempt, job.id, worker.id, step));
    long skip = step == Step.SPLIT ? job.tasks.count : 0;
    turn.effects.runStep(worker.id, attempt, job.id, step, skip);
  }

  /** One that has a process of the job idle, or the one with the most free slots. */
  private static @Nullable ConnectedWorker workerFor(Turn turn, Job job) {
    ConnectedWorker best = job.servedBy;
    if (best != null && best.free() > 0 && isFit(best, job)) {
      return best;
    }
    best = null;
    for (ConnectedWorker worker : turn.ledger.workers.values()) {
      if (isFit(worker, job) && (best == null || worker.free() > best.free())) {
        best = worker;
      }
    }
    return best;
  }

  private static boolean isFit(ConnectedWorker worker, Job job) {
    return worker.takesWork()
        && worker.step == null
        && job.isAllowedOn(worker)
        && job.weightOn(worker) <= worker.slots;
  }

  void succeeded(Turn turn, Attempt attempt, Values result) {
    Job job = attempt.job;
    if (attempt.step == Step.SPLIT) {
      long count = countOf(result);
      if (count != job.tasks.count) {
        String message =
            "the split said it produced "
                + count
                + " inputs, but "
                + job.tasks.count
                + " are stored";
        failed(turn, attempt, Failure.of(FailureKind.EXCEPTION, message));
        return;
      }
    }
    Job next = job.stage == null ? null : job.stage.next();
    if (attempt.step != Step.SPLIT && next == null) {
      turn.effects.keepResult(job.id, result);
    }
    turn.record(new JournalRecord.StepSucceeded(attempt.id));
    if (attempt.step != Step.SPLIT && next != null) {
      Pipelines.reduced(turn, job, next, result);
    }
  }

  private static long countOf(Values result) {
    try {
      return Long.parseLong(new String(result.bytes(), StandardCharsets.UTF_8).trim());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** It threw, or its process died. */
  void failed(Turn turn, Attempt attempt, Failure failure) {
    Job job = attempt.job;
    Step step = attempt.step;
    if (failure.kind() == FailureKind.REJECTED || step == null) {
      ends.failed(turn, job, new JobError(JobError.Phase.LOAD, failure));
    } else if (failure.kind().isDeath() && job.stepDeaths + 1 < job.spec.policy().crashLimit()) {
      turn.record(new JournalRecord.StepBroken(attempt.id, true));
    } else {
      ends.failed(turn, job, new JobError(JobError.Phase.of(step), failure));
    }
  }

  /** Its worker vanished with it. */
  void workerVanished(Turn turn, Attempt attempt) {
    String message = attempt.worker.id + " vanished while it ran this step";
    failed(turn, attempt, Failure.of(FailureKind.LOST, message));
  }
}
