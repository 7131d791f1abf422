package io.muster.coordinator.state;

import io.muster.protocol.Encoding;
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
    if (job.hasEnded()) {
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

  void failed(Turn turn, Job job, JobError error) {
    end(turn, job, JobState.FAILED, error);
  }

  void cancelled(Turn turn, Job job) {
    end(turn, job, JobState.CANCELLED, null);
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
