package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;

/**
 * The bytes of the group that is gathering, packed as they come. Belongs to one thread until it is
 * handed to {@link Store#append}, and to nobody afterwards.
 */
public interface StoreGroup {
  /** The next inputs of a job, {@code from} being the index of the first. */
  void inputs(JobId job, long from, Values values);

  /** The inputs of a new job that were spooled before it had an id. */
  void inputs(JobId job, InputSpool spool);

  /**
   * The values of these outcomes, and those failures that are the last word.
   *
   * @param retried see {@link io.muster.coordinator.state.Effects#keep}
   */
  void outcomes(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried);

  /**
   * The values of a stage's outcomes, as the inputs of another job from this index on, with what
   * they came from.
   */
  void passed(JobId to, long from, Outcomes outcomes);

  /** Of these outcomes only the failures that are the last word. */
  void failures(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried);

  /** One task's failure that no outcomes told. */
  void failure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure);

  /** The one result of a job that combines or reduces; one given before is void. */
  void result(JobId job, Values result);

  /** What a task printed. */
  void log(Logged logged);

  /** About how many bytes are gathered, so that a large group can be written early. */
  long size();

  /** Whether there is nothing to append. */
  boolean isEmpty();
}
