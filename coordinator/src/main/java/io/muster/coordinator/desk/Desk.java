package io.muster.coordinator.desk;

import io.muster.coordinator.state.Explanation;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.IntervalSet;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.PassedOn;
import io.muster.coordinator.state.Refusal;
import io.muster.coordinator.state.WorkerView;
import io.muster.coordinator.store.InputSpool;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks the active coordinator. Any thread; no call blocks. An answer comes when what it tells is in
 * the journal. A stage fails with a {@link Refusal}, or with {@link NotActive} when the
 * coordinator's term ended before: whether the request was taken is unknown then.
 */
public interface Desk {
  /** The journal's random id. */
  String journal();

  /** The job that was submitted under this request before, if one was. */
  CompletionStage<Optional<JobId>> submission(String requestId);

  /**
   * @param inputs those of a job with listed inputs (an open job may have some too), or null; taken
   *     over when the job is new
   */
  CompletionStage<JobId> submit(JobSpec spec, @Nullable InputSpool inputs, InputSizes sizes);

  /**
   * Appends to an open job, or to the inputs that a split produces.
   *
   * @param from index of the first; what is there already is left out
   * @return inputs below this index are durable
   */
  CompletionStage<Long> append(JobId job, @Nullable AttemptId split, long from, Values values);

  CompletionStage<Void> closeInputs(JobId job);

  CompletionStage<JobView> job(JobId job);

  /** All but stages, which are shown with their pipelines. */
  CompletionStage<List<JobView>> jobs();

  CompletionStage<List<WorkerView>> workers();

  /** A job, and which of its tasks have a result and which failed. */
  CompletionStage<JobTasks> tasks(JobId job);

  CompletionStage<Explanation> explain(JobId job, @Nullable Long task);

  CompletionStage<Void> cancel(JobId job);

  CompletionStage<Void> retry(JobId job);

  CompletionStage<Void> forget(JobId job);

  CompletionStage<Void> drain(WorkerId worker);

  /**
   * Opens a client's session, or goes on with it over a new connection.
   *
   * @param id made by the client; who knows it has the session
   */
  SessionConnection session(String id, SessionClient client);

  /** What sessions need of the blobs. */
  CompletionStage<Set<BlobId>> sessionBlobs();

  /**
   * Calls back whenever somebody who looks at the job would see something new that is durable, and
   * when the coordinator's term ends, until it is closed. The call must not block.
   */
  Subscription watch(JobId job, Runnable news);

  /**
   * @param succeeded a copy of the tasks with a result
   * @param failed a copy of the tasks that failed for good
   * @param passedOn of a stage or a pipeline: where what it gave is kept; null: results are its own
   * @param backToLines of a stage: the jobs whose inputs lead its tasks back to lines
   * @param stages of a pipeline
   */
  record JobTasks(
      JobView view,
      IntervalSet succeeded,
      IntervalSet failed,
      @Nullable PassedOn passedOn,
      List<JobId> backToLines,
      List<JobTasks> stages) {}

  /** Ends a {@link #watch}. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
