package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes down what the state asks of the world; a test takes what it expects. */
final class Recorder implements Effects {
  final List<JournalRecord> records = new ArrayList<>();
  private final List<String> effects = new ArrayList<>();

  /** Takes all effects so far, which have to be these. */
  void expect(String... expected) {
    List<String> taken = List.copyOf(effects);
    effects.clear();
    assertThat(taken).containsExactly(expected);
  }

  void expectNothingMore() {
    assertThat(effects).as("effects that nobody expected").isEmpty();
  }

  List<String> take() {
    List<String> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  @Override
  public void record(JournalRecord record) {
    records.add(record);
  }

  @Override
  public void assign(
      WorkerId worker,
      AttemptId attempt,
      JobId job,
      Interval interval,
      int[] tries,
      boolean alone) {
    String again = tries.length == 0 ? "" : " tries " + Arrays.toString(tries);
    effects.add(
        "assign "
            + worker
            + " "
            + attempt
            + " job "
            + job
            + " "
            + interval
            + again
            + (alone ? " alone" : ""));
  }

  @Override
  public void retract(WorkerId worker, AttemptId attempt, int keepPermille) {
    effects.add("retract " + worker + " " + attempt + " keep " + keepPermille);
  }

  @Override
  public void revoke(WorkerId worker, AttemptId attempt) {
    effects.add("revoke " + worker + " " + attempt);
  }

  @Override
  public void stopTask(WorkerId worker, AttemptId attempt, long index, boolean running) {
    effects.add("stop " + worker + " " + attempt + " task " + index + (running ? " running" : ""));
  }

  @Override
  public void runStep(
      WorkerId worker, AttemptId attempt, JobId job, ToWorker.Step step, long skip) {
    effects.add(step + " " + worker + " " + attempt + " job " + job + " skip " + skip);
  }

  @Override
  public void drain(WorkerId worker) {
    effects.add("drain " + worker);
  }

  @Override
  public void keep(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {
    String again = retried.length == 0 ? "" : " retried " + Arrays.toString(retried);
    effects.add("keep job " + job + " " + outcomes.interval() + again);
  }

  @Override
  public void pass(
      JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried, JobId to, long from) {
    effects.add(
        "pass job "
            + job
            + " "
            + outcomes.interval()
            + " as "
            + outcomes.values().count()
            + " from "
            + from
            + " of job "
            + to);
  }

  @Override
  public void passResult(JobId to, Values result) {
    effects.add("pass " + result.count() + " reduced to job " + to);
  }

  @Override
  public void keepFailure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure) {
    effects.add("failure job " + job + "/" + index + " try " + tryNumber + " " + failure.kind());
  }

  @Override
  public void keepResult(JobId job, Values result) {
    effects.add("result job " + job + " " + new String(result.bytes()));
  }

  /** Said so often that tests do not name it. */
  @Override
  public void jobChanged(JobId job) {}

  @Override
  public void jobOver(JobId job) {
    effects.add("over job " + job);
  }

  @Override
  public void forget(JobId job) {
    effects.add("forget job " + job);
  }
}
