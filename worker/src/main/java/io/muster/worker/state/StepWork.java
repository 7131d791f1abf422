package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.StepFailed;
import io.muster.protocol.ToWorker;
import io.muster.protocol.ToWorker.RunStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Splits, combines and reduces: each has a process while it runs, beside the slots. */
final class StepWork {
  private final Processes processes;
  private final Held held;
  private final Reports reports;
  private final Map<AttemptId, Step> steps = new LinkedHashMap<>();

  StepWork(Processes processes, Held held, Reports reports) {
    this.processes = processes;
    this.held = held;
    this.reports = reports;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  boolean uses(Job job) {
    return steps.values().stream().anyMatch(step -> step.job == job);
  }

  /** Attempts of this job. */
  List<AttemptId> attemptsOf(Job job) {
    return steps.entrySet().stream()
        .filter(step -> step.getValue().job == job)
        .map(Map.Entry::getKey)
        .toList();
  }

  void asked(RunStep order, Job job) {
    steps.put(order.attempt(), new Step(order, job));
  }

  /** Starts those whose program is here. */
  void start(Effects effects) {
    for (Step step : steps.values()) {
      if (step.process == null && step.job.files == Job.Files.THERE) {
        Process process =
            step.wantsUnused
                ? processes.unused(step.job, effects)
                : processes.forStep(step.job, effects);
        process.step = step;
        step.process = process;
        processes.loadIfWanted(process, effects);
      }
    }
  }

  void handOver(Process process, Step step, Effects effects) {
    process.stage = Process.Stage.BUSY;
    step.handed = true;
    held.started(step.order.attempt());
    effects.runStep(process.id, step.order);
  }

  void revoked(AttemptId attempt, Effects effects) {
    Step step = steps.get(attempt);
    if (step != null && step.process != null) {
      processes.kill(step.process, Death.UNWANTED, effects);
    } else {
      steps.remove(attempt);
    }
  }

  void filesMissing(Job job, Failure failure, Effects effects) {
    for (Step step : List.copyOf(steps.values())) {
      if (step.job == job && step.process == null) {
        steps.remove(step.order.attempt());
        reports.sayLast(
            step.order.attempt(), new StepFailed(step.order.attempt(), failure), effects);
      }
    }
  }

  /**
   * It is done, or has failed; returns it, unless its process is being killed. Who fails may have
   * left some of what it was fed unread.
   */
  @Nullable Step ended(
      Process process, AttemptId attempt, ToCoordinator said, boolean draining, Effects effects) {
    if (process.death != null) {
      return null;
    }
    if (said instanceof StepFailed failed && runsAgain(process, failed.failure(), effects)) {
      processes.kill(process, Death.UNWANTED, effects);
      return null;
    }
    Step step = steps.remove(attempt);
    if (step != null) {
      reports.sayLast(attempt, said, effects);
      if (said instanceof StepFailed) {
        processes.kill(process, Death.UNWANTED, effects);
      } else {
        processes.stepOver(process, step.job, draining, effects);
      }
    }
    return step;
  }

  /** Of what ran in a process before, something may be left that takes memory. */
  private boolean runsAgain(Process process, Failure failure, Effects effects) {
    Step step = process.step;
    if (step == null
        || step.order.step() == ToWorker.Step.SPLIT // what it produced is stored
        || failure.kind() != FailureKind.MEMORY
        || process.jobs < 2) {
      return false;
    }
    process.step = null;
    step.wantsUnused = true;
    again(step, effects);
    return true;
  }

  private void again(Step step, Effects effects) {
    step.process = null;
    step.handed = false;
    start(effects);
  }

  /** What it reads or writes is out of reach. */
  void cutOff(Process process, AttemptId attempt, Effects effects) {
    if (process.death == null && steps.remove(attempt) != null) {
      reports.giveBack(attempt, 0, effects);
      processes.kill(process, Death.UNWANTED, effects);
    }
  }

  /** The step's process is gone. */
  void lost(Process process, Step step, ProcessEnd end, Effects effects) {
    AttemptId attempt = step.order.attempt();
    if (process.death == null && process.stage == Process.Stage.UNLOADING) {
      again(step, effects); // it ended of what it was to be cleared of
      return;
    }
    if (process.death == null && runsAgain(process, end.failure(), effects)) {
      return;
    }
    if (steps.remove(attempt) == null) {
      return;
    }
    if (process.death == Death.DRAIN) {
      reports.giveBack(attempt, 0, effects);
    } else if (process.death == Death.UNWANTED) {
      held.ended(attempt);
    } else {
      Failure failure = process.loadFailure != null ? process.loadFailure : end.failure();
      reports.sayLast(attempt, new StepFailed(attempt, failure), effects);
    }
  }

  /** Gives back what waits; what runs may go on. */
  void drain(Effects effects) {
    for (Step step : List.copyOf(steps.values())) {
      if (step.process == null) {
        steps.remove(step.order.attempt());
        reports.giveBack(step.order.attempt(), 0, effects);
      }
    }
  }

  /** Another journal: nothing of all this is wanted. */
  void dropEverything() {
    steps.clear();
  }
}
