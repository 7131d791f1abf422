package io.muster.client.wire;

import io.muster.client.model.ClusterException;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a coordinator says on one connection of a session, in its order. All but {@link #ready} runs
 * on the executor that the stream was opened with.
 */
public interface SessionReplies {
  /**
   * A job of before that the coordinator knows.
   *
   * @param inputs how many of its inputs are there
   */
  record KnownJob(JobId job, String requestId, long inputs) {}

  /** The first on every connection. */
  void opened(List<KnownJob> known);

  void jobOpened(String requestId, JobId job);

  /**
   * @param number counts from 1 through the session
   * @param unanswered offsets of tasks that run again or were cancelled; ascending
   */
  void answered(long number, JobId job, String worker, Outcomes outcomes, int[] unanswered);

  /**
   * @param failure why, or null if it was cancelled or simply ended
   */
  void jobEnded(long number, JobId job, @Nullable Failure failure);

  void printed(boolean stderr, byte[] bytes);

  /** The stream takes more again. On a thread of gRPC: it must not wait. */
  void ready();

  /**
   * The connection is over; the last that is said of it.
   *
   * @param again whether another connection may do better
   */
  void broken(ClusterException why, boolean again);
}
