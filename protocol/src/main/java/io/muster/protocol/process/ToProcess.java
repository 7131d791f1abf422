package io.muster.protocol.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import java.util.Arrays;
import java.util.List;

/**
 * What a worker says to a task process over its Unix socket, in order. The channel's end means:
 * halt.
 *
 * <p>A process for I/O tasks is told the same of many jobs at once: {@link Load} names its job,
 * {@link RunChunk} and {@link Unload} come inside of {@link OfJob}. All tasks of a chunk begin at
 * once; there is no cursor.
 *
 * <p>The worker passes three paths at launch, in this order, as arguments of the harness's main
 * class: the socket, the {@link ChunkCursor} file, and a folder where the process writes values
 * that are too large for a message, each as a file named by its SHA-256.
 */
public sealed interface ToProcess {
  /**
   * Comes first: load the program; answered by {@link FromProcess.Loaded} or {@link
   * FromProcess.LoadFailed}.
   *
   * @param jars local files, in class-path order
   * @param blobs folder with the inputs that are too large for a message, each a file named by its
   *     SHA-256
   */
  record Load(JobId job, JobSpec spec, List<String> jars, String blobs) implements ToProcess {}

  /**
   * Run the tasks of this chunk, one after the other, each taken from the cursor, which the worker
   * has set. Answered by {@code Outcomes} reports in order and then {@link FromProcess.ChunkEnded}.
   *
   * @param inputs of the interval's tasks; none for a range
   * @param tries which try each task is in; empty when all are in their first
   */
  record RunChunk(AttemptId attempt, Interval interval, Values inputs, int[] tries)
      implements ToProcess {
    @Override
    public boolean equals(Object other) {
      return other instanceof RunChunk that
          && attempt.equals(that.attempt)
          && interval.equals(that.interval)
          && inputs.equals(that.inputs)
          && Arrays.equals(tries, that.tries);
    }

    @Override
    public int hashCode() {
      return attempt.hashCode();
    }
  }

  /** Run a step; a combine or a reduce gets its values by {@link Feed}. */
  record RunStep(AttemptId attempt, ToWorker.Step step, long skip) implements ToProcess {}

  /**
   * The job is over: forget its program. Answered by {@link FromProcess.Unloaded}, unless the
   * program left threads behind: then the process ends.
   */
  record Unload() implements ToProcess {}

  /** To an I/O process: this is about one of its jobs. */
  record OfJob(JobId job, ToProcess command) implements ToProcess {}

  /** To an I/O process: the attempt's tasks are not wanted any more, nor any word of them. */
  record Drop(AttemptId attempt) implements ToProcess {}

  /**
   * To an I/O process: one task is not wanted; it is reported as failed of kind {@code REJECTED}
   * unless it has ended already.
   *
   * @param onlyWaiting if it runs, it is left to finish
   */
  record Stop(AttemptId attempt, long index, boolean onlyWaiting) implements ToProcess {}

  /** The next values of a combine or a reduce, in index order; {@code last} may come with none. */
  record Feed(Values values, boolean last) implements ToProcess {}
}
