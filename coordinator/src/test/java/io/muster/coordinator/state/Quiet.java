package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;

/** A world that does nothing of what it is asked. */
abstract class Quiet implements Effects {
  @Override
  public void assign(
      WorkerId worker,
      AttemptId attempt,
      JobId job,
      Interval interval,
      int[] tries,
      boolean alone) {}

  @Override
  public void record(JournalRecord record) {}

  @Override
  public void retract(WorkerId worker, AttemptId attempt, int keepPermille) {}

  @Override
  public void revoke(WorkerId worker, AttemptId attempt) {}

  @Override
  public void stopTask(WorkerId worker, AttemptId attempt, long index, boolean running) {}

  @Override
  public void runStep(
      WorkerId worker, AttemptId attempt, JobId job, ToWorker.Step step, long skip) {}

  @Override
  public void drain(WorkerId worker) {}

  @Override
  public void keep(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {}

  @Override
  public void pass(
      JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried, JobId to, long from) {}

  @Override
  public void passResult(JobId to, Values result) {}

  @Override
  public void keepFailure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure) {}

  @Override
  public void keepResult(JobId job, Values result) {}

  @Override
  public void jobChanged(JobId job) {}

  @Override
  public void jobOver(JobId job) {}

  @Override
  public void forget(JobId job) {}
}
