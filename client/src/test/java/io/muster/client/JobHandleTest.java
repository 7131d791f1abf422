package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ClientValues;
import io.muster.protocol.Encoding;
import io.muster.protocol.wire.v1.Failure;
import io.muster.protocol.wire.v1.FailureKind;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a submitted job is followed and read, through a coordinator that goes away. */
class JobHandleTest {
  private final ScriptedApi cluster = new ScriptedApi();
  private final CoordinatorApi api = cluster.client();
  private final Jobs jobs =
      new Jobs(api, unused -> List.of(), JobHandleTest.class.getClassLoader(), null);
  private final JobHandle job = jobs.job(7);

  @AfterEach
  void close() {
    jobs.close();
    api.close();
    cluster.close();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JobView running() {
    return ScriptedApi.view(io.muster.protocol.wire.v1.JobState.JOB_STATE_RUNNING).build();
  }

  private static JobView.Builder succeeded() {
    return ScriptedApi.view(io.muster.protocol.wire.v1.JobState.JOB_STATE_SUCCEEDED);
  }

  private static void ends(StreamObserver<JobView> to, JobView end) {
    to.onNext(running());
    to.onNext(end);
    to.onCompleted();
  }

  @Test
  void resultsAreOfTheirType() {
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JSON, 0, json("1"), json("4")));
          to.onNext(ScriptedApi.results(Encoding.JSON, 5, json("9")));
          to.onCompleted();
        });
    try (Stream<TaskValue<Long>> results = job.taskResults(Long.class)) {
      assertThat(results)
          .containsExactly(new TaskValue<>(0, 1L), new TaskValue<>(1, 4L), new TaskValue<>(5, 9L));
    }
  }

  @Test
  void resultsThatWereSerializedAreTheObjects() {
    byte[] bytes = ClientValues.java("it", Duration.ofDays(2));
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JAVA, 0, bytes));
          to.onCompleted();
        });
    assertThat(job.results(Duration.class)).containsExactly(Duration.ofDays(2));
    assertThatThrownBy(() -> job.results(String.class).toList())
        .isInstanceOf(UnreadableResultException.class)
        .hasMessageContaining("task 0 of job 7");
  }

  @Test
  void whatACommandPrintedIsTextBytesOrJson() {
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.BYTES, 0, json("12\n")));
          to.onCompleted();
        });
    assertThat(job.results(String.class)).containsExactly("12\n");
    assertThat(job.results(byte[].class)).containsExactly(json("12\n"));
    assertThat(job.results(Integer.class)).containsExactly(12);
  }

  @Test
  void resultsGoOnBehindTheLastOneWhenTheCoordinatorIsBack() {
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JSON, 0, json("1"), json("2")));
          ScriptedApi.breakOff(to);
        });
    cluster.results.add(ScriptedApi::breakOff);
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JSON, 1, json("2"), json("3")));
          to.onCompleted();
        });
    assertThat(job.results(Integer.class)).containsExactly(1, 2, 3);
    assertThat(cluster.resultsFrom)
        .as("the last one's task may have given more")
        .containsExactly(0L, 1L, 1L);
  }

  @Test
  void ofALineWithSeveralResultsEachComesOnceThoughTheCoordinatorGoesAway() {
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JSON, 4, json("1")));
          to.onNext(ScriptedApi.results(Encoding.JSON, 4, json("2")));
          ScriptedApi.breakOff(to);
        });
    cluster.results.add(
        to -> {
          to.onNext(ScriptedApi.results(Encoding.JSON, 4, json("1")));
          to.onNext(ScriptedApi.results(Encoding.JSON, 4, json("2")));
          to.onNext(ScriptedApi.results(Encoding.JSON, 4, json("3"), json("4")));
          to.onCompleted();
        });
    assertThat(job.results(Integer.class)).containsExactly(1, 2, 3, 4);
    assertThat(cluster.resultsFrom).containsExactly(0L, 4L);
  }

  @Test
  void awaitGoesOnWhenTheCoordinatorIsBack() throws Exception {
    cluster.watches.add(
        to -> {
          to.onNext(running());
          ScriptedApi.breakOff(to);
        });
    cluster.watches.add(to -> ends(to, succeeded().build()));
    assertThat(job.await().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void awaitGivesUpInTimeAndTheJobGoesOn() {
    cluster.watches.add(to -> to.onNext(running()));
    assertThatThrownBy(() -> job.await(Duration.ofMillis(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("job 7 has not ended within");
  }

  @Test
  void awaitOfAJobThatIsGoneSaysSo() {
    cluster.watches.add(
        to ->
            to.onError(
                io.grpc.Status.NOT_FOUND
                    .withDescription("there is no job 7")
                    .asRuntimeException()));
    assertThatThrownBy(job::await).isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void progressIsToldOnANamedDaemonThreadToTheEnd() throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    BlockingQueue<JobStatus> told = new LinkedBlockingQueue<>();
    cluster.watches.add(to -> ends(to, succeeded().build()));
    var unused =
        job.onProgress(
            status -> {
              thread.complete(Thread.currentThread());
              told.add(status);
              throw new IllegalStateException("a listener's own trouble");
            });
    assertThat(told.poll(1, TimeUnit.MINUTES).state()).isEqualTo(JobState.RUNNING);
    assertThat(told.poll(1, TimeUnit.MINUTES).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(thread.join().getName()).isEqualTo("muster-job-7");
    assertThat(thread.join().isDaemon()).isTrue();
  }

  @Test
  void nobodyIsToldAnythingAfterTheClientIsClosed() {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    cluster.watches.add(to -> to.onNext(running()));
    var unused = job.onProgress(status -> thread.complete(Thread.currentThread()));
    Thread watching = thread.join();
    jobs.close();
    assertThat(watching).satisfies(each -> each.join(60_000));
    assertThat(watching.isAlive()).isFalse();
    assertThatThrownBy(job::await).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void awaitIsCancelledWhenTheClientIsClosed() {
    cluster.watches.add(
        to -> {
          to.onNext(running());
          new Thread(jobs::close).start();
        });
    assertThatThrownBy(job::await).isInstanceOf(CancellationException.class);
  }

  @Test
  void theOneResultOfAJobThatReduces() throws Exception {
    Values result =
        Values.newBuilder().setBytes(ByteString.copyFromUtf8("42")).addLengths(2).build();
    cluster.watches.add(to -> ends(to, succeeded().setReduces(true).setResult(result).build()));
    assertThat(job.result(Integer.class)).isEqualTo(42);
  }

  @Test
  void aJobThatFailedHasNoResultAndSaysWhy() {
    JobView failed =
        ScriptedApi.view(io.muster.protocol.wire.v1.JobState.JOB_STATE_FAILED)
            .setReduces(true)
            .setError(
                JobError.newBuilder()
                    .setPhase("reduce")
                    .setFailure(
                        Failure.newBuilder()
                            .setKind(FailureKind.FAILURE_KIND_EXCEPTION)
                            .setMessage("no sum")))
            .build();
    cluster.watches.add(to -> ends(to, failed));
    assertThatThrownBy(() -> job.result(Integer.class))
        .isInstanceOf(JobFailedException.class)
        .hasMessage("job 7 failed: reduce: no sum");
  }
}
