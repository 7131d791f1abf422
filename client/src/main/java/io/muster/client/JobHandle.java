package io.muster.client;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.model.LogPiece;
import io.muster.client.model.TaskFailure;
import io.muster.client.model.TaskResult;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A submitted job, wherever it was submitted from. Letting go of a handle does nothing to the job.
 *
 * <p>Every method asks the cluster, and throws a {@link ClusterException} when that refuses or
 * can't be reached. Whoever waits, listens or reads results goes on for up to five minutes while no
 * coordinator is there. Any thread.
 */
public final class JobHandle {
  /** Somebody who is told how a job is. */
  public interface Listening extends AutoCloseable {
    /** Ends it; the job goes on. What is being told at this moment may still be told. */
    @Override
    void close();
  }

  private final CoordinatorApi api;
  private final JobId job;
  private final JobValues values;
  private final JobWatches watches;

  JobHandle(CoordinatorApi api, JobId job, JobValues values, JobWatches watches) {
    this.api = api;
    this.job = job;
    this.values = values;
    this.watches = watches;
  }

  /** Its number, by which {@code muster.job(id)} and the command line find it. */
  public long id() {
    return job.value();
  }

  /** How it is now; of a pipeline, each of its stages too. */
  public JobStatus status() {
    return api.job(job);
  }

  /**
   * A stage of a pipeline as a job of its own: its results, failures and logs under its own tasks'
   * indices. To stop it or to try it again is the whole pipeline's affair.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public JobHandle stage(String name) {
    return status().stages().stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .map(stage -> new JobHandle(api, new JobId(stage.id()), values, watches))
        .orElseThrow(
            () -> new IllegalArgumentException("job " + job + " has no stage '" + name + "'"));
  }

  /**
   * Waits for its end, however it ends.
   *
   * @throws InterruptedException when this thread is interrupted; the job goes on
   */
  public JobStatus await() throws InterruptedException {
    try (JobWatch watch = JobWatch.start(api, job, status -> {}, watches)) {
      return watch.end().get();
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  /**
   * Waits for its end, however it ends.
   *
   * @throws TimeoutException when it has not ended within that time; it goes on
   * @throws InterruptedException when this thread is interrupted; the job goes on
   */
  public JobStatus await(Duration timeout) throws InterruptedException, TimeoutException {
    try (JobWatch watch = JobWatch.start(api, job, status -> {}, watches)) {
      return watch.end().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failed(e);
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "job " + job + " has not ended within " + Deadline.seconds(timeout));
    }
  }

  private static RuntimeException failed(ExecutionException e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(e.getCause());
  }

  /**
   * Tells how the job is now, and again whenever that has changed (at most a few times a second),
   * and last how it ended; on a daemon thread {@code muster-job-ID} of this listener alone. It ends
   * with the job, with {@link Listening#close}, or with the client.
   */
  public Listening onProgress(Consumer<? super JobStatus> listener) {
    return JobWatch.start(api, job, listener, watches)::close;
  }

  /**
   * The results of its tasks, in their order, as they come; the stream ends when the job has. It
   * waits for results that are not there yet, and leaves out tasks that have none. Those of a
   * pipeline are what its last stage gives, in the order of the first one's inputs, which is known
   * when the pipeline has ended. Close it if it is not read to its end.
   *
   * @param type what a result is. Of a job whose inputs were given by {@code inputs(…)} an object
   *     of it comes back; of any other job the result is JSON and is read into it. A command's
   *     result is its standard output: {@code String.class}, {@code byte[].class}, or what it is as
   *     JSON
   * @throws UnreadableResultException from the stream, when a result is none
   */
  public <T> Stream<@Nullable T> results(Class<T> type) {
    return taskResults(type).map(TaskValue::value);
  }

  /** The same, with the indices of the tasks; of a pipeline, of the first stage's. */
  public <T> Stream<TaskValue<T>> taskResults(Class<T> type) {
    FollowedResults results = new FollowedResults(api, job);
    return stream(results).onClose(results::close).map(result -> read(result, type));
  }

  private <T> TaskValue<T> read(TaskResult result, Class<T> type) {
    String of = "task " + result.task() + " of job " + job;
    return new TaskValue<T>(result.task(), values.read(result.value(), type, of));
  }

  /**
   * Waits for the end of a job that combines or reduces, and gives its one result.
   *
   * @throws JobFailedException when it ended without one
   * @throws IllegalStateException when it is a job with a result for each task
   * @throws UnreadableResultException when the result is no {@code type}
   */
  public <T> @Nullable T result(Class<T> type) throws InterruptedException {
    JobStatus end = await();
    if (!end.reduces()) {
      throw new IllegalStateException(
          "job " + job + " has a result for each task: results(…) gives them");
    }
    if (end.result() == null) {
      throw new JobFailedException(end);
    }
    return values.read(end.result(), type, "job " + job);
  }

  /**
   * The tasks that failed for good so far, and why; of a pipeline, in which stage. Close it if it
   * is not read to its end.
   */
  public Stream<TaskFailure> failures() {
    return stream(api.failures(job));
  }

  /**
   * What its tasks have printed so far; of a pipeline, ask its stages. Close it if it is not read
   * to its end.
   */
  public Stream<LogPiece> logs() {
    return stream(api.logs(job, false, null));
  }

  /** What one task has printed so far, in all its tries. */
  public Stream<LogPiece> logs(long task) {
    return stream(api.logs(job, false, task));
  }

  /** What its tasks print, as they do, to the job's end. Close it if it is not read to its end. */
  public Stream<LogPiece> followLogs() {
    return stream(api.logs(job, true, null));
  }

  /** Why it is (not) running: one sentence a line. */
  public List<String> explain() {
    return api.explain(job, null);
  }

  /** Stops it: what runs is killed, what waits never runs. Results that are there stay. */
  public void cancel() {
    api.cancel(job);
  }

  /** Runs every task that has not succeeded once more. */
  public void retry() {
    api.retry(job);
  }

  /** Deletes an ended job with all that it left. */
  public void forget() {
    api.forget(job);
  }

  private static <T> Stream<T> stream(AnswerStream<T> answers) {
    Iterator<T> iterator = answers;
    return stream(iterator).onClose(answers::close);
  }

  private static <T> Stream<T> stream(Iterator<T> iterator) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  @Override
  public String toString() {
    return "job " + job;
  }
}
