package io.muster.coordinator.state;

import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends jobs: those that are done, and those that are not to go on. */
final class JobEnds {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);

  /** The result of combining nothing. */
  static final Values NOTHING = new Values(Encoding.JSON, NULL, new int[] {NULL.length}, List.of());

  /** Ends the job if nothing is left to do, or too much failed. */
  void endIfOver(Turn turn, Job job) {
    if (job.hasEnded() || job.isPipeline()) {
      return;
    }
    if (job.stage != null) {
      endStageIfOver(turn, job, job.stage);
      return;
    }
    long maxFailures = job.spec.policy().maxFailures();
    long failed = job.tasks.failed.size();
    Step last = job.lastStep();
    if ((maxFailures > 0 && failed >= maxFailures) || (job.tasksAreOver() && failed > 0)) {
      end(turn, job, JobState.FAILED, null);
    } else if (!job.tasksAreOver()) {
      return;
    } else if (last == null || job.stepDone) {
      end(turn, job, JobState.SUCCEEDED, null);
    } else if (last == Step.COMBINE && job.tasks.count == 0) {
      turn.effects.keepResult(job.id, NOTHING);
      end(turn, job, JobState.SUCCEEDED, null);
    }
  }

  /**
   * Stages end one after the other, each when the one before has and nothing of it is left. A
   * pipeline ends with its last one, or at once when it can't go on.
   */
  private void endStageIfOver(Turn turn, Job job, Stage stage) {
    Job whole = stage.whole();
    if (isTooMuch(job) || isTooMuch(whole)) {
      endAll(turn, whole, JobState.FAILED, job, null);
    } else if (!job.tasksAreOver()) {
      return;
    } else if (!job.tasks.failed.isEmpty() || (job.lastStep() != null && stage.lacksLines())) {
      end(turn, job, JobState.FAILED, null);
      goOn(turn, whole, stage);
    } else if (job.lastStep() == null || job.stepDone) {
      end(turn, job, JobState.SUCCEEDED, null);
      goOn(turn, whole, stage);
    }
  }

  private static boolean isTooMuch(Job job) {
    long maxFailures = job.spec.policy().maxFailures();
    return maxFailures > 0 && job.sum(each -> each.tasks.failed.size()) >= maxFailures;
  }

  /** A stage has ended: no more comes for the next one. */
  private static void goOn(Turn turn, Job whole, Stage stage) {
    Job next = stage.next();
    if (next == null) {
      boolean all = whole.stages.stream().allMatch(each -> each.end == JobState.SUCCEEDED);
      end(turn, whole, all ? JobState.SUCCEEDED : JobState.FAILED, null);
    } else {
      turn.record(new JournalRecord.InputsClosed(next.id));
    }
  }

  /**
   * Ends a pipeline and all its stages that have not ended.
   *
   * @param culprit the stage because of which, or null
   */
  private static void endAll(
      Turn turn, Job whole, JobState state, @Nullable Job culprit, @Nullable JobError error) {
    for (Job each : whole.stages) {
      if (!each.hasEnded()) {
        boolean failed =
            state == JobState.FAILED && (each == culprit || !each.tasks.failed.isEmpty());
        JobState end = failed ? JobState.FAILED : JobState.CANCELLED;
        end(turn, each, end, each == culprit ? error : null);
      }
    }
    end(turn, whole, state, error == null || culprit == null ? null : in(culprit, error));
  }

  /** The same, said of the whole pipeline. */
  private static JobError in(Job stage, JobError error) {
    Failure failure = error.failure();
    return new JobError(
        error.phase(),
        new Failure(
            failure.kind(),
            failure.type(),
            "stage '" + stage.spec.name() + "': " + failure.headline(),
            failure.stackTrace(),
            failure.exitCode(),
            failure.signal(),
            failure.stderr()));
  }

  void failed(Turn turn, Job job, JobError error) {
    if (job.stage == null) {
      end(turn, job, JobState.FAILED, error);
    } else {
      endAll(turn, job.stage.whole(), JobState.FAILED, job, error);
    }
  }

  void cancelled(Turn turn, Job job) {
    if (job.isPipeline()) {
      endAll(turn, job, JobState.CANCELLED, null, null);
    } else {
      end(turn, job, JobState.CANCELLED, null);
    }
  }

  private static void end(Turn turn, Job job, JobState state, @Nullable JobError error) {
    for (Attempt chunk : job.chunks()) {
      turn.effects.revoke(chunk.worker.id, chunk.id);
    }
    if (job.step != null) {
      turn.effects.revoke(job.step.worker.id, job.step.id);
    }
    turn.record(new JournalRecord.JobEnded(job.id, state, error, turn.now.wallMillis()));
    turn.effects.jobOver(job.id);
  }
}
