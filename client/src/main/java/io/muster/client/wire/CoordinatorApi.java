package io.muster.client.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.model.LogPiece;
import io.muster.client.model.TaskFailure;
import io.muster.client.model.TaskResult;
import io.muster.client.model.TokenStatus;
import io.muster.client.model.Value;
import io.muster.client.model.WorkerStatus;
import io.muster.client.trust.Access;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.CreatedToken;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.DrainRequest;
import io.muster.protocol.wire.v1.ExplainRequest;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobsRequest;
import io.muster.protocol.wire.v1.LogsRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.NewToken;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.StopRequest;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import io.muster.protocol.wire.v1.TokenName;
import io.muster.protocol.wire.v1.TokensRequest;
import io.muster.protocol.wire.v1.WorkersRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the coordinator at the first of several addresses that answers. Calls block and throw {@link
 * io.muster.client.model.ClusterException}; any thread may make them.
 */
public final class CoordinatorApi implements AutoCloseable {
  private static final int PIECE = 256 * 1024;
  private static final int ANSWER_SECONDS = 30;

  private final Channels channels;

  /**
   * Without TLS and without a token.
   *
   * @param addresses {@code HOST:PORT} each
   */
  public CoordinatorApi(List<String> addresses) {
    this(addresses, Access.plain());
  }

  /**
   * @param addresses {@code HOST:PORT} each
   */
  public CoordinatorApi(List<String> addresses, Access access) {
    channels = new Channels(addresses, access);
  }

  /** How many addresses there are to try. */
  public int addresses() {
    return channels.count();
  }

  /**
   * Begins a connection of a session, at the address that answered last.
   *
   * @param session its secret name
   * @param executor what the replies run on; it must keep their order
   * @param aside the same for those that may have to wait, in order with the others
   */
  public SessionStream session(
      String session, Executor executor, Executor aside, SessionReplies replies) {
    return SessionStream.open(channels, channels.channel(), session, executor, aside, replies);
  }

  /** Turns to the next address, on a new connection. */
  public void nextAddress() {
    channels.next(channels.channel());
  }

  /** The address that answered last. */
  public String address() {
    return channels.address();
  }

  /**
   * Submits a job; answered when it is in the journal.
   *
   * @param inputs of a job with listed inputs; taken as fast as the coordinator takes them
   */
  public JobId submit(JobSpec spec, Iterator<Values> inputs) {
    if (!channels.haveAnsweredLately()) {
      missing(List.of()); // finds the address that answers: inputs can't be read twice
    }
    try {
      return channels.once(channel -> submit(channel, spec, inputs));
    } catch (ClusterException.NotReached e) {
      throw new ClusterException.NotReached(
          e.getMessage() + " and may have the job or not: 'muster jobs' shows it");
    }
  }

  private static JobId submit(ManagedChannel channel, JobSpec spec, Iterator<Values> inputs) {
    Upload<SubmitPiece, Submitted> upload = new Upload<>();
    MusterGrpc.newStub(channel).submit(upload);
    boolean wanted =
        upload.send(SubmitPiece.newBuilder().setSpec(JobSpecWire.toProto(spec)).build());
    try {
      while (wanted && inputs.hasNext()) {
        wanted =
            upload.send(
                SubmitPiece.newBuilder().setInputs(ValuesWire.toProto(inputs.next())).build());
      }
    } catch (RuntimeException e) {
      upload.cancel(e); // the inputs can't be read: nothing is submitted
      throw e;
    }
    return new JobId(upload.finish().getJob());
  }

  /** Which of these the cluster does not have yet. */
  public List<BlobRef> missing(List<BlobRef> blobs) {
    BlobList.Builder asked = BlobList.newBuilder();
    blobs.forEach(blob -> asked.addBlobs(ValuesWire.toProto(blob)));
    return channels.call(
        channel ->
            BlobsGrpc.newBlockingStub(channel)
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .missing(asked.build())
                .getBlobsList()
                .stream()
                .map(ValuesWire::fromProto)
                .toList());
  }

  /** Stores a blob; of one that is there no more than its beginning is sent. */
  public void put(BlobRef blob, InputStream content) throws IOException {
    byte[] bytes = new byte[PIECE];
    put(blob, () -> ByteString.copyFrom(bytes, 0, content.readNBytes(bytes, 0, PIECE)));
  }

  /** The same for what is in memory; it is read while this runs, and not changed. */
  public void put(BlobRef blob, byte[] content) throws IOException {
    ByteString whole = UnsafeByteOperations.unsafeWrap(content);
    int[] at = new int[1];
    put(
        blob,
        () -> {
          int from = at[0];
          at[0] = Math.min(content.length, from + PIECE);
          return whole.substring(from, at[0]);
        });
  }

  /** The next bytes of a blob; empty: that was all. */
  private interface Pieces {
    ByteString next() throws IOException;
  }

  private void put(BlobRef blob, Pieces content) throws IOException {
    Upload<BlobPiece, Done> upload = new Upload<>();
    channels.call(
        channel -> {
          BlobsGrpc.newStub(channel).put(upload);
          return upload;
        });
    BlobPiece.Builder piece = BlobPiece.newBuilder().setBlob(ValuesWire.toProto(blob));
    ByteString bytes = content.next();
    while (upload.send(piece.setBytes(bytes).build())) {
      bytes = content.next();
      if (bytes.isEmpty()) {
        break;
      }
      piece = BlobPiece.newBuilder();
    }
    channels.call(channel -> upload.finish());
  }

  /** The content of a blob, in pieces. */
  public AnswerStream<byte[]> get(BlobRef blob) {
    return stream(
        channel -> BlobsGrpc.newBlockingStub(channel).get(ValuesWire.toProto(blob)),
        piece -> List.of(piece.getBytes().toByteArray()));
  }

  /** The content of a value that is too large for a message, in pieces. */
  public AnswerStream<byte[]> content(Value.Blob blob) {
    return get(new BlobRef(new BlobId(blob.sha256()), blob.size(), ""));
  }

  public AnswerStream<JobStatus> jobs() {
    return stream(
        channel -> MusterGrpc.newBlockingStub(channel).jobs(JobsRequest.getDefaultInstance()),
        view -> List.of(Views.job(view)));
  }

  public JobStatus job(JobId job) {
    return ask((stub, request) -> Views.job(stub.job(request)), job);
  }

  /** The job as it is now and whenever it changed, until it has ended. */
  public AnswerStream<JobStatus> watch(JobId job) {
    return stream(
        channel -> MusterGrpc.newBlockingStub(channel).watch(request(job)),
        view -> List.of(Views.job(view)));
  }

  /**
   * The results in index order.
   *
   * @param follow wait for what is missing until the job has ended
   * @param tasks of a job that combines or reduces: its tasks' values rather than its result
   * @param from index to start from
   */
  public AnswerStream<TaskResult> results(JobId job, boolean follow, boolean tasks, long from) {
    ResultsRequest asked =
        ResultsRequest.newBuilder()
            .setJob(job.value())
            .setFollow(follow)
            .setTasks(tasks)
            .setFrom(from)
            .build();
    return stream(channel -> MusterGrpc.newBlockingStub(channel).results(asked), Views::results);
  }

  public AnswerStream<TaskFailure> failures(JobId job) {
    return stream(
        channel -> MusterGrpc.newBlockingStub(channel).failures(request(job)),
        view -> List.of(Views.failure(view)));
  }

  public AnswerStream<LogPiece> logs(JobId job, boolean follow, @Nullable Long task) {
    LogsRequest.Builder asked = LogsRequest.newBuilder().setJob(job.value()).setFollow(follow);
    if (task != null) {
      asked.setTask(task);
    }
    return stream(
        channel -> MusterGrpc.newBlockingStub(channel).logs(asked.build()),
        piece -> List.of(Views.log(piece)));
  }

  public void cancel(JobId job) {
    ask(MusterGrpc.MusterBlockingStub::cancel, job);
  }

  public void retry(JobId job) {
    ask(MusterGrpc.MusterBlockingStub::retry, job);
  }

  public void forget(JobId job) {
    ask(MusterGrpc.MusterBlockingStub::forget, job);
  }

  /** Why a job, or one of its tasks, is (not) running: one sentence a line. */
  public List<String> explain(JobId job, @Nullable Long task) {
    ExplainRequest.Builder asked = ExplainRequest.newBuilder().setJob(job.value());
    if (task != null) {
      asked.setTask(task);
    }
    return channels.call(
        channel -> List.copyOf(quick(channel).explain(asked.build()).getLinesList()));
  }

  public AnswerStream<WorkerStatus> workers() {
    return stream(
        channel -> MusterGrpc.newBlockingStub(channel).workers(WorkersRequest.getDefaultInstance()),
        view -> List.of(Views.worker(view)));
  }

  public void drain(String worker) {
    Done unused =
        channels.call(
            channel -> quick(channel).drain(DrainRequest.newBuilder().setWorker(worker).build()));
  }

  /** Ends the coordinator in order; it answers before it does. */
  public void stop() {
    Done unused = channels.call(channel -> quick(channel).stop(StopRequest.getDefaultInstance()));
  }

  /**
   * Makes a token.
   *
   * @param name empty: the coordinator finds one
   * @param life null: for ever
   */
  public TokenStatus.Created createToken(String role, String name, @Nullable Duration life) {
    NewToken asked =
        NewToken.newBuilder()
            .setRole(role)
            .setName(name)
            .setExpiresIn(life == null ? 0 : life.toSeconds())
            .build();
    CreatedToken made = channels.call(channel -> access(channel).createToken(asked));
    return new TokenStatus.Created(Views.token(made.getView()), made.getToken(), made.getApi());
  }

  public AnswerStream<TokenStatus> tokens() {
    return stream(
        channel -> AccessGrpc.newBlockingStub(channel).tokens(TokensRequest.getDefaultInstance()),
        view -> List.of(Views.token(view)));
  }

  /** From when it returns the token is not let in any more. */
  public void revokeToken(String name) {
    Done unused =
        channels.call(
            channel -> access(channel).revokeToken(TokenName.newBuilder().setName(name).build()));
  }

  private static AccessGrpc.AccessBlockingStub access(Channel channel) {
    return AccessGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  private <T> T ask(BiFunction<MusterGrpc.MusterBlockingStub, JobRequest, T> asked, JobId job) {
    return channels.call(channel -> asked.apply(quick(channel), request(job)));
  }

  private <M, T> AnswerStream<T> stream(
      Function<ManagedChannel, Iterator<M>> call, Function<M, List<T>> plain) {
    return channels.call(channel -> new Answers<>(channels, () -> call.apply(channel), plain));
  }

  private static MusterGrpc.MusterBlockingStub quick(Channel channel) {
    return MusterGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  private static JobRequest request(JobId job) {
    return JobRequest.newBuilder().setJob(job.value()).build();
  }

  @Override
  public void close() {
    channels.close();
  }
}
