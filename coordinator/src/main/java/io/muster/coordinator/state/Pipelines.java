package io.muster.coordinator.state;

import io.muster.coordinator.state.JournalRecord.InputsAppended;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;

/**
 * Takes what a stage gives to the next one. The order in which that is written down is the order of
 * its inputs, so that a replay numbers them as they were.
 */
final class Pipelines {
  private Pipelines() {}

  /** Whether what a job's tasks give is the next stage's input, or a line of the pipeline. */
  static boolean passesOn(Job job) {
    Stage stage = job.stage;
    return stage != null && stage.passesOn();
  }

  /** The values of these outcomes are kept where they are read: to be told before they end. */
  static void keep(Turn turn, Attempt chunk, Outcomes outcomes, boolean[] retried) {
    Job receiver = stageOf(chunk.job).receiver();
    turn.effects.pass(
        chunk.job.id, chunk.worker.id, outcomes, retried, receiver.id, receiver.inputCount());
  }

  /** The tasks of these outcomes have ended. */
  static void passed(Turn turn, Job job, Values values) {
    appended(turn, stageOf(job).receiver(), values);
  }

  /** What a reduce gave goes on to the next stage, each value of it as an input. */
  static void reduced(Turn turn, Job job, Job next, Values result) {
    turn.effects.passResult(next.id, result);
    appended(turn, next, result);
  }

  private static void appended(Turn turn, Job receiver, Values values) {
    if (values.count() > 0) {
      InputSizes sizes = InputSizes.of(sizesOf(values));
      InputSizes kept =
          receiver.isPipeline() ? InputSizes.ofMarks(sizes.count(), sizes.totalBytes()) : sizes;
      turn.record(new InputsAppended(receiver.id, receiver.inputCount(), kept));
    }
  }

  /** Large values count as well, though they are not in the message: they fill disks. */
  private static int[] sizesOf(Values values) {
    int[] sizes = values.lengths().clone();
    values
        .blobs()
        .forEach(
            blob -> sizes[blob.position()] = (int) Math.min(Integer.MAX_VALUE, blob.blob().size()));
    return sizes;
  }

  private static Stage stageOf(Job job) {
    Stage stage = job.stage;
    if (stage == null) {
      throw new IllegalStateException("job " + job.id + " is no stage");
    }
    return stage;
  }
}
