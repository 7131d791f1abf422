package io.muster.coordinator.state;

import static io.muster.coordinator.state.Bench.chunks;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private final Bench bench = new Bench();
  private final Recorder effects = bench.effects;

  @AfterEach
  void nothingElseWasSentAndTheJournalTellsTheSame() {
    effects.expectNothingMore();
    assertThat(bench.replayed().snapshot().jobs()).isEqualTo(bench.state.snapshot().jobs());
  }

  @Test
  void aJobRunsFromSubmitToEnd() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(3, chunks(2));
    effects.expect("assign w1 1#1 job 1 [0, 2)");
    bench.starts(worker, 1);
    assertThat(bench.stateOf(job)).isEqualTo(JobState.RUNNING);
    bench.succeeds(worker, 1, 0, 1);
    bench.succeeds(worker, 1, 1, 2);
    effects.expect("keep job 1 [0, 1)", "assign w1 1#2 job 1 [2, 3)", "keep job 1 [1, 2)");
    bench.succeeds(worker, 2, 2, 3);
    effects.expect("keep job 1 [2, 3)", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.SUCCEEDED);
    assertThat(bench.state.succeeded(job)).isEqualTo(IntervalSet.of(new Interval(0, 3)));
  }

  @Test
  void aTaskThatThrowsFailsAloneAndTheJobWithIt() {
    WorkerId worker = bench.worker(1);
    JobId job = bench.tasks(3, chunks(3));
    bench.ends(worker, 1, 0, 3, FailureKind.EXCEPTION, 1);
    effects.expect("assign w1 1#1 job 1 [0, 3)", "keep job 1 [0, 3) retried [false]", "over job 1");
    assertThat(bench.stateOf(job)).isEqualTo(JobState.FAILED);
    assertThat(bench.state.failed(job)).isEqualTo(IntervalSet.of(new Interval(1, 2)));
    assertThat(bench.state.job(job).succeeded()).isEqualTo(2);
  }
}
