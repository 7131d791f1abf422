package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.office.TestOffice;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobRef;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.ClusterRequest;
import io.muster.protocol.wire.v1.CommandProgram;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.Encoding;
import io.muster.protocol.wire.v1.ExplainRequest;
import io.muster.protocol.wire.v1.IoProgram;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.ListedInputs;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.NoInputs;
import io.muster.protocol.wire.v1.Policy;
import io.muster.protocol.wire.v1.RangeInputs;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import io.muster.protocol.wire.v1.Values;
import io.muster.protocol.wire.v1.WorkersRequest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The API over a real socket, the store on a real disk; only the journal and the worker are not.
 */
class ApiServerTest {
  @TempDir private Path folder;
  private TestOffice office;
  private ApiServer server;
  private ManagedChannel channel;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  @BeforeEach
  void start() throws Exception {
    office = new TestOffice(folder);
    server =
        ApiServer.start(
            new ApiSettings(
                "127.0.0.1",
                0,
                4 << 20,
                1 << 20,
                Duration.ofMillis(1),
                () -> List.of("127.0.0.1:7350"),
                "test",
                () -> stopped.complete(null)),
            office.reception(),
            office.store(),
            new FileBlobs(folder));
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    office.close();
  }

  private MusterGrpc.MusterBlockingStub muster() {
    return MusterGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static JobSpec.Builder spec() {
    return JobSpec.newBuilder()
        .setRequestId("r")
        .setName("job")
        .setCommand(CommandProgram.newBuilder().addArgv("true"))
        .setPolicy(Policy.newBuilder().setCrashLimit(5).setLogLimit(1).setResultLimit(1));
  }

  private long submit(SubmitPiece... pieces) throws Exception {
    CompletableFuture<Long> job = new CompletableFuture<>();
    StreamObserver<SubmitPiece> out =
        MusterGrpc.newStub(channel).submit(new One<>(job, Submitted::getJob));
    for (SubmitPiece piece : pieces) {
      out.onNext(piece);
    }
    out.onCompleted();
    return get(job);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private long range(long until) throws Exception {
    return submit(
        SubmitPiece.newBuilder()
            .setSpec(spec().setRange(RangeInputs.newBuilder().setUntil(until).setPiece(1)))
            .build());
  }

  private static JobRequest request(long job) {
    return JobRequest.newBuilder().setJob(job).build();
  }

  private JobView ended(long job) {
    JobView last = JobView.getDefaultInstance();
    for (Iterator<JobView> views = muster().watch(request(job)); views.hasNext(); ) {
      last = views.next();
    }
    return last;
  }

  private List<Long> indices(ResultsRequest request) {
    List<Long> indices = new ArrayList<>();
    muster().results(request).forEachRemaining(piece -> indices.addAll(piece.getIndicesList()));
    return indices;
  }

  @Test
  void aJobIsWatchedToItsEndAndItsResultsComeInOrder() throws Exception {
    office.worker(2);
    long job = range(10_000);

    JobView view = ended(job);
    assertThat(view.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(view.getSucceeded()).isEqualTo(10_000);
    assertThat(indices(ResultsRequest.newBuilder().setJob(job).build()))
        .isEqualTo(LongStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void healthIsServedAsGrpcHasIt() {
    assertThat(HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()))
        .isEqualTo(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build());
  }

  @Test
  void theSchemaIsToldToWhoAsks() throws Exception {
    CompletableFuture<List<String>> services = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> asked =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new One<>(
                    services,
                    answer ->
                        answer.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList()));
    asked.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
    assertThat(get(services)).contains("muster.v1.Muster", "grpc.health.v1.Health");
    asked.onCompleted();
  }

  @Test
  void resultsOfIoTasksComeInOrderInWhateverOrderTheyEnded() throws Exception {
    office.worker(1);
    long job =
        submit(
            SubmitPiece.newBuilder()
                .setSpec(
                    spec()
                        .setIo(IoProgram.newBuilder().setName("sleep"))
                        .setRange(RangeInputs.newBuilder().setUntil(5_000).setPiece(1)))
                .build());

    JobView view = ended(job);
    assertThat(view.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(view.getKind()).isEqualTo("io");
    assertThat(indices(ResultsRequest.newBuilder().setJob(job).build()))
        .isEqualTo(LongStream.range(0, 5_000).boxed().toList());
  }

  @Test
  void resultsAreFollowedUntilTheJobHasEnded() throws Exception {
    long job = range(1_000);
    CompletableFuture<List<Long>> followed =
        CompletableFuture.supplyAsync(
            () -> indices(ResultsRequest.newBuilder().setJob(job).setFollow(true).build()));
    office.worker(1);

    assertThat(get(followed)).isEqualTo(LongStream.range(0, 1_000).boxed().toList());
  }

  @Test
  void listedInputsReachTheStoreInPieces() throws Exception {
    office.worker(1);
    Values piece =
        Values.newBuilder()
            .setEncoding(Encoding.ENCODING_BYTES)
            .setBytes(ByteString.copyFromUtf8("ab"))
            .addAllLengths(List.of(1, 1))
            .build();
    long job =
        submit(
            SubmitPiece.newBuilder()
                .setSpec(spec().setListed(ListedInputs.newBuilder().setCount(4)))
                .setInputs(piece)
                .build(),
            SubmitPiece.newBuilder().setInputs(piece).build());

    assertThat(ended(job).getSucceeded()).isEqualTo(4);
  }

  @Test
  void inputsThatAreTooLargeTogetherAreRefusedByName() {
    byte[] large = new byte[700_000];
    SubmitPiece.Builder piece =
        SubmitPiece.newBuilder()
            .setInputs(
                Values.newBuilder()
                    .setEncoding(Encoding.ENCODING_BYTES)
                    .setBytes(ByteString.copyFrom(large))
                    .addLengths(large.length));
    assertThatThrownBy(
            () ->
                submit(
                    piece.setSpec(spec().setListed(ListedInputs.newBuilder().setCount(2))).build(),
                    piece.clearSpec().build()))
        .hasMessageContaining("RESOURCE_EXHAUSTED")
        .hasMessageContaining("larger than 1048576 bytes together");
  }

  @Test
  void aJobThatIsNotThereIsNotFound() {
    for (long job : new long[] {0, 7}) {
      assertThatThrownBy(() -> muster().job(request(job)))
          .hasMessage("NOT_FOUND: there is no job " + job);
    }
    assertThatThrownBy(() -> muster().watch(request(7)).next()).hasMessageContaining("NOT_FOUND");
    assertThatThrownBy(() -> muster().failures(request(7)).next())
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void aWaitingJobIsExplainedCancelledAndForgotten() throws Exception {
    long job =
        submit(SubmitPiece.newBuilder().setSpec(spec().setNone(NoInputs.newBuilder())).build());
    assertThat(muster().explain(ExplainRequest.newBuilder().setJob(job).build()).getLinesList())
        .isNotEmpty();
    assertThat(muster().cancel(request(job))).isEqualTo(Done.getDefaultInstance());
    assertThat(ended(job).getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);

    muster().forget(request(job));
    assertThatThrownBy(() -> muster().job(request(job))).hasMessageContaining("NOT_FOUND");
  }

  @Test
  void workersAreListedAndTheClusterIsKnown() {
    office.worker(3);
    assertThat(muster().workers(WorkersRequest.getDefaultInstance()).next().getSlots())
        .isEqualTo(3);
    assertThat(muster().cluster(ClusterRequest.getDefaultInstance()).getSeedsList())
        .containsExactly("127.0.0.1:7350");
  }

  @Test
  void aBlobComesBackAsItWent() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new java.util.Random(1).nextBytes(bytes);
    BlobRef blob = blob(bytes);
    put(blob, bytes);

    ByteString back = ByteString.empty();
    for (Iterator<BlobPiece> pieces = BlobsGrpc.newBlockingStub(channel).get(blob);
        pieces.hasNext(); ) {
      back = back.concat(pieces.next().getBytes());
    }
    assertThat(back).isEqualTo(ByteString.copyFrom(bytes));
    assertThat(
            BlobsGrpc.newBlockingStub(channel)
                .missing(BlobList.newBuilder().addBlobs(blob).build())
                .getBlobsList())
        .isEmpty();
  }

  @Test
  void aBlobThatIsThereIsAnsweredAfterItsFirstPiece() throws Exception {
    byte[] bytes = {1, 2, 3};
    BlobRef blob = blob(bytes);
    put(blob, bytes);
    CompletableFuture<Done> done = new CompletableFuture<>();
    BlobsGrpc.newStub(channel)
        .put(new One<>(done, answer -> answer))
        .onNext(BlobPiece.newBuilder().setBlob(blob).build());
    assertThat(get(done)).isNotNull();
  }

  @Test
  void aBlobOfOtherContentThanItsNameIsRefused() throws Exception {
    BlobRef blob = blob(new byte[] {1});
    assertThatThrownBy(() -> put(blob, new byte[] {2})).hasMessageContaining("INVALID_ARGUMENT");
    assertThatThrownBy(() -> BlobsGrpc.newBlockingStub(channel).get(blob).next())
        .hasMessageContaining("NOT_FOUND");
  }

  private static BlobRef blob(byte[] bytes) throws Exception {
    return BlobRef.newBuilder()
        .setSha256(ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .setSize(bytes.length)
        .build();
  }

  private void put(BlobRef blob, byte[] bytes) throws Exception {
    CompletableFuture<Done> done = new CompletableFuture<>();
    StreamObserver<BlobPiece> out =
        BlobsGrpc.newStub(channel).put(new One<>(done, answer -> answer));
    out.onNext(BlobPiece.newBuilder().setBlob(blob).build());
    for (int at = 0; at < bytes.length; at += 256 * 1024) {
      int size = Math.min(256 * 1024, bytes.length - at);
      out.onNext(BlobPiece.newBuilder().setBytes(ByteString.copyFrom(bytes, at, size)).build());
    }
    out.onCompleted();
    get(done);
  }

  /** Completes with the one answer of a call. */
  private record One<A, T>(CompletableFuture<T> answer, java.util.function.Function<A, T> what)
      implements StreamObserver<A> {
    @Override
    public void onNext(A message) {
      answer.complete(what.apply(message));
    }

    @Override
    public void onError(Throwable failure) {
      answer.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
