package io.muster.coordinator.office;

import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Effects;
import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.state.Refusal;
import io.muster.coordinator.store.Store;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What follows from a decision: records and bytes join the group that gathers, sends go to the
 * links at once, news wait for the group.
 */
final class Consequences implements Effects {
  private final ClusterState state;
  private final Gathering gathering;
  private final Links links;
  private final Watchers watchers;
  private final Store store;
  private final Sessions sessions;
  private final Set<JobId> newsWaiting = new HashSet<>();

  Consequences(
      ClusterState state,
      Gathering gathering,
      Links links,
      Watchers watchers,
      Store store,
      Sessions sessions) {
    this.state = state;
    this.gathering = gathering;
    this.links = links;
    this.watchers = watchers;
    this.store = store;
    this.sessions = sessions;
  }

  @Override
  public void record(JournalRecord record) {
    gathering.record(record);
    if (record instanceof JournalRecord.JobSubmitted submitted) {
      submitted.jobs().forEach(gathering::jobWaits);
    } else if (record instanceof JournalRecord.InputsAppended appended) {
      gathering.inputsWait(appended.job(), appended.from());
    }
  }

  @Override
  public void assign(
      WorkerId worker,
      AttemptId attempt,
      JobId job,
      Interval interval,
      int[] tries,
      boolean alone) {
    prepare(worker, job, interval.until());
    links.send(
        worker, job, interval.until(), () -> assignment(attempt, job, interval, tries, alone));
  }

  /** Goes with what is sent next. */
  private void prepare(WorkerId worker, JobId job, long until) {
    links.send(
        worker,
        job,
        until,
        () ->
            links
                .of(worker)
                .filter(link -> link.prepares(job))
                .flatMap(link -> spec(job))
                .map(spec -> new ToWorker.Prepare(job, spec)));
  }

  private Optional<ToWorker> assignment(
      AttemptId attempt, JobId job, Interval interval, int[] tries, boolean alone) {
    return spec(job)
        .flatMap(spec -> inputs(job, spec, interval))
        .map(inputs -> new ToWorker.Assign(attempt, job, interval, inputs, tries, alone));
  }

  /** Empty when it was forgotten while the sending was held back. */
  private Optional<JobSpec> spec(JobId job) {
    try {
      return Optional.of(state.job(job).spec());
    } catch (Refusal.NoSuchJob e) {
      return Optional.empty();
    }
  }

  /** Empty when none of these tasks is wanted any more. */
  private Optional<Values> inputs(JobId job, JobSpec spec, Interval interval) {
    if (spec.inputs() instanceof Inputs.None || spec.inputs() instanceof Inputs.Range) {
      return Optional.of(Values.NONE);
    }
    if (spec.isOfSession()) {
      return sessions.inputs(job, interval);
    }
    try {
      return Optional.of(store.inputs(job, interval));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the inputs " + interval + " of job " + job, e);
    }
  }

  @Override
  public void retract(WorkerId worker, AttemptId attempt, int keepPermille) {
    links.send(worker, new ToWorker.Retract(attempt, keepPermille));
  }

  @Override
  public void revoke(WorkerId worker, AttemptId attempt) {
    links.send(worker, new ToWorker.Revoke(attempt));
  }

  @Override
  public void stopTask(WorkerId worker, AttemptId attempt, long index, boolean running) {
    links.send(worker, new ToWorker.StopTask(attempt, index, !running));
  }

  @Override
  public void runStep(
      WorkerId worker, AttemptId attempt, JobId job, ToWorker.Step step, long skip) {
    prepare(worker, job, 0);
    links.send(worker, job, 0, () -> Optional.of(new ToWorker.RunStep(attempt, job, step, skip)));
  }

  @Override
  public void drain(WorkerId worker) {
    links.send(worker, new ToWorker.Drain());
  }

  @Override
  public void keep(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {
    if (sessions.has(job)) {
      sessions.answered(job, worker, outcomes, retried);
    } else {
      gathering.bytes().outcomes(job, worker, outcomes, retried);
    }
  }

  @Override
  public void pass(
      JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried, JobId to, long from) {
    gathering.bytes().failures(job, worker, outcomes, retried);
    gathering.bytes().passed(to, from, outcomes);
  }

  @Override
  public void passResult(JobId to, Values result) {
    gathering.bytes().inputs(to, 0, result);
  }

  @Override
  public void keepFailure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure) {
    if (sessions.has(job)) {
      sessions.failed(job, worker, index, tryNumber, failure);
    } else {
      gathering.bytes().failure(job, worker, index, tryNumber, failure);
    }
  }

  @Override
  public void keepResult(JobId job, Values result) {
    gathering.bytes().result(job, result);
  }

  @Override
  public void jobChanged(JobId job) {
    if (watchers.has(job) && newsWaiting.add(job)) {
      gathering.afterWrite(
          () -> {
            newsWaiting.remove(job);
            watchers.news(job);
          });
    }
  }

  @Override
  public void jobOver(JobId job) {
    links.jobOver(job);
    if (sessions.has(job)) {
      sessions.ended(job, state.job(job).error());
    }
    if (watchers.has(job)) {
      gathering.hurry(); // somebody waits for the end
    }
    jobChanged(job);
  }

  @Override
  public void forget(JobId job) {
    gathering.afterWrite(() -> store.forget(job));
    jobChanged(job);
  }
}
