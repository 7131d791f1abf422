package io.muster.coordinator.desk;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;

/**
 * What a client says to its session over one connection. Any thread, one at a time; no call blocks.
 * Each request that is taken gives room for another by {@link SessionClient#wantsMore}.
 */
public interface SessionConnection {
  /** A job whose inputs are appended; the same request id twice is one job. */
  void openJob(JobSpec spec);

  /** The inputs from this index on; what is there is left out, what is of no job is ignored. */
  void append(JobId job, long from, Values inputs);

  /** No more inputs will come. */
  void closeInputs(JobId job);

  /**
   * This task is not wanted.
   *
   * @param running whether it is stopped if it runs
   */
  void cancelTask(JobId job, long index, boolean running);

  /** Nothing of this job is wanted any more. */
  void cancelJob(JobId job);

  /** News up to this number arrived. */
  void received(long number);

  /** A request without effect. */
  void alive();

  /** The session ends, and its jobs with it. */
  void end();

  /** The client reads again. */
  void ready();

  /** The connection is broken; the session lives on for a while. */
  void lost();
}
