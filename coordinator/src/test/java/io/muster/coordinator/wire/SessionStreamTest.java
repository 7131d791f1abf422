package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.office.TestOffice;
import io.muster.protocol.wire.v1.CallsProgram;
import io.muster.protocol.wire.v1.Encoding;
import io.muster.protocol.wire.v1.ExplainRequest;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.JobsRequest;
import io.muster.protocol.wire.v1.LogsRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.OpenInputs;
import io.muster.protocol.wire.v1.Policy;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionReply.ReplyCase;
import io.muster.protocol.wire.v1.SessionRequest;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import io.muster.protocol.wire.v1.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over a real socket; only the journal and the worker are not real. */
class SessionStreamTest {
  private static final String SESSION = "a client's secret";

  @TempDir private Path folder;
  private TestOffice office;
  private ApiServer server;
  private ManagedChannel channel;

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
                () -> {}),
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

  /** A client's end of a connection. */
  private final class Connection implements StreamObserver<SessionReply> {
    private final BlockingQueue<SessionReply> replies = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> over = new CompletableFuture<>();
    final StreamObserver<SessionRequest> out;

    Connection() {
      out = MusterGrpc.newStub(channel).session(this);
    }

    Connection(String session) {
      this();
      say(
          SessionRequest.newBuilder()
              .setOpen(SessionRequest.Open.newBuilder().setSession(session)));
    }

    void say(SessionRequest.Builder request) {
      out.onNext(request.build());
    }

    @Override
    public void onNext(SessionReply reply) {
      replies.add(reply);
    }

    @Override
    public void onError(Throwable failure) {
      over.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      over.complete(Status.OK);
    }

    SessionReply next() throws InterruptedException {
      SessionReply reply = replies.poll(60, TimeUnit.SECONDS);
      assertThat(reply).isNotNull();
      return reply;
    }

    Status status() throws Exception {
      return over.get(60, TimeUnit.SECONDS);
    }

    long job(String request) throws InterruptedException {
      say(
          SessionRequest.newBuilder()
              .setOpenJob(SessionRequest.OpenJob.newBuilder().setSpec(spec(request))));
      SessionReply opened = next();
      assertThat(opened.getJobOpened().getRequestId()).isEqualTo(request);
      return opened.getJobOpened().getJob();
    }

    void append(long job, long from, int count, int size) {
      say(
          SessionRequest.newBuilder()
              .setAppend(
                  SessionRequest.Append.newBuilder()
                      .setJob(job)
                      .setFrom(from)
                      .setInputs(
                          Values.newBuilder()
                              .setEncoding(Encoding.ENCODING_JAVA)
                              .setBytes(ByteString.copyFrom(new byte[count * size]))
                              .addAllLengths(Collections.nCopies(count, size)))));
    }

    void received(long number) {
      say(
          SessionRequest.newBuilder()
              .setReceived(SessionRequest.Received.newBuilder().setNumber(number)));
    }

    /** Waits for answers to all tasks of a job from 0 on, each once; the last answer's number. */
    long allAnswered(int count) throws InterruptedException {
      BitSet answered = new BitSet();
      long last = 0;
      while (answered.cardinality() < count) {
        SessionReply.Answered answer = next().getAnswered();
        assertThat(answer.getNumber()).isEqualTo(last == 0 ? answer.getNumber() : last + 1);
        last = answer.getNumber();
        int from = (int) answer.getOutcomes().getFrom();
        int until = (int) answer.getOutcomes().getUntil();
        assertThat(answered.get(from, until).isEmpty()).isTrue();
        answered.set(from, until);
      }
      return last;
    }
  }

  private static JobSpec.Builder spec(String request) {
    return JobSpec.newBuilder()
        .setRequestId(request)
        .setName("pool")
        .setCalls(CallsProgram.getDefaultInstance())
        .setOpen(OpenInputs.getDefaultInstance())
        .setPolicy(Policy.newBuilder().setCrashLimit(5).setLogLimit(1).setResultLimit(1));
  }

  private MusterGrpc.MusterBlockingStub muster() {
    return MusterGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static JobRequest request(long job) {
    return JobRequest.newBuilder().setJob(job).build();
  }

  @Test
  void callsAreAnsweredAndTheJobIsForgottenWhenItsEndWasReceived() throws Exception {
    office.worker(2);
    Connection client = new Connection(SESSION);
    assertThat(client.next().getOpened().getJobsCount()).isZero();
    long job = client.job("one");
    assertThat(client.job("one")).isEqualTo(job);
    client.append(job, 0, 3, 10);
    client.append(job, 3, 50_000, 10);
    long last = client.allAnswered(50_003);
    client.say(SessionRequest.newBuilder().setClose(SessionRequest.Close.newBuilder().setJob(job)));
    SessionReply end = client.next();
    assertThat(end.getJobEnded().getNumber()).isEqualTo(last + 1);
    assertThat(end.getJobEnded().hasError()).isFalse();
    assertThat(muster().job(request(job)).getSucceeded()).isEqualTo(50_003);
    client.received(last + 1);
    client.say(SessionRequest.newBuilder().setEnd(SessionRequest.End.getDefaultInstance()));

    assertThat(client.status().isOk()).isTrue();
    assertThat(muster().jobs(JobsRequest.getDefaultInstance()).hasNext()).isFalse();
  }

  @Test
  void aBrokenConnectionIsGoneOnWithByTheNext() throws Exception {
    office.worker(1);
    Connection client = new Connection(SESSION);
    client.next();
    long job = client.job("one");
    client.append(job, 0, 100, 10);
    client.allAnswered(100);
    client.out.onError(Status.CANCELLED.asRuntimeException());

    Connection next = new Connection(SESSION);
    SessionReply opened = next.next();
    assertThat(opened.getOpened().getJobsList())
        .containsExactly(
            SessionReply.Opened.Known.newBuilder()
                .setJob(job)
                .setRequestId("one")
                .setInputs(100)
                .build());
    long last = next.allAnswered(100);
    next.received(last);
    next.append(job, 90, 20, 10);
    SessionReply.Answered more = next.next().getAnswered();
    assertThat(more.getOutcomes().getFrom()).isEqualTo(100);
    assertThat(more.getNumber()).isEqualTo(last + 1);
  }

  @Test
  void aNewerConnectionTakesThePlaceOfTheOlder() throws Exception {
    Connection client = new Connection(SESSION);
    client.next();
    Connection next = new Connection(SESSION);
    next.next();

    assertThat(client.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(next.job("one")).isEqualTo(1);
  }

  @Test
  void moreThanASessionMayHaveIsReadOnceThereIsRoom() throws Exception {
    Connection client = new Connection(SESSION);
    client.next();
    long job = client.job("one");
    int messages = 100;
    for (int k = 0; k < messages; k++) {
      client.append(job, 16L * k, 16, 64 << 10);
    }
    office.worker(1);
    long answered = 0;
    while (answered < 16L * messages) {
      SessionReply.Answered answer = client.next().getAnswered();
      assertThat(answer.getOutcomes().getFrom()).isEqualTo(answered);
      answered = answer.getOutcomes().getUntil();
      client.received(answer.getNumber());
    }
  }

  @Test
  void whatCanNotBeMeantIsRefusedWithALine() throws Exception {
    assertThat(new Connection("short").status())
        .hasToString(
            Status.INVALID_ARGUMENT
                .withDescription("a session's id has 16 to 200 characters")
                .toString());

    Connection unopened = new Connection();
    unopened.say(SessionRequest.newBuilder().setAlive(SessionRequest.Alive.getDefaultInstance()));
    assertThat(unopened.status().getDescription())
        .isEqualTo("a connection begins by opening its session");

    Connection twice = new Connection(SESSION);
    twice.say(
        SessionRequest.newBuilder().setOpen(SessionRequest.Open.newBuilder().setSession(SESSION)));
    assertThat(twice.status().getDescription()).isEqualTo("a session is opened once a connection");

    Connection unknown = new Connection(SESSION);
    unknown.say(SessionRequest.newBuilder());
    assertThat(unknown.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);

    Connection range = new Connection(SESSION);
    range.say(
        SessionRequest.newBuilder()
            .setOpenJob(SessionRequest.OpenJob.newBuilder().setSpec(spec("r").clearInputs())));
    assertThat(range.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void peopleSeeAndCancelTheJobButItsResultsAreItsClients() throws Exception {
    Connection client = new Connection(SESSION);
    client.next();
    long job = client.job("one");
    client.append(job, 0, 2, 10);
    JobView view = muster().job(request(job));
    assertThat(view.getName()).isEqualTo("pool");
    assertThat(muster().jobs(JobsRequest.getDefaultInstance()).next().getJob()).isEqualTo(job);
    assertThat(muster().explain(ExplainRequest.newBuilder().setJob(job).build()).getLinesList())
        .isNotEmpty();
    refused(() -> muster().retry(request(job)));
    refused(() -> muster().forget(request(job)));
    refused(() -> muster().closeInputs(request(job)));
    refused(() -> muster().failures(request(job)).hasNext());
    refused(() -> muster().results(ResultsRequest.newBuilder().setJob(job).build()).hasNext());
    refused(() -> muster().logs(LogsRequest.newBuilder().setJob(job).build()).hasNext());

    muster().cancel(request(job));
    assertThat(client.next().getReplyCase()).isEqualTo(ReplyCase.JOB_ENDED);
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("FAILED_PRECONDITION: job 1 belongs to a client's session");
  }

  @Test
  void aSubmittedJobHasNoSession() {
    CompletableFuture<Status> answer = new CompletableFuture<>();
    StreamObserver<SubmitPiece> out =
        MusterGrpc.newStub(channel)
            .submit(
                new StreamObserver<Submitted>() {
                  @Override
                  public void onNext(Submitted submitted) {}

                  @Override
                  public void onError(Throwable failure) {
                    answer.complete(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    answer.complete(Status.OK);
                  }
                });
    out.onNext(SubmitPiece.newBuilder().setSpec(spec("r").setSession(SESSION)).build());
    out.onCompleted();
    assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join())
        .hasToString(
            Status.INVALID_ARGUMENT
                .withDescription("a session's job is opened over its session")
                .toString());
  }

  @Test
  void manySmallInputsWithLargeResultsKeepFlowing() throws Exception {
    Connection client = new Connection(SESSION);
    client.next();
    long job = client.job("one");
    int messages = 80;
    for (int k = 0; k < messages; k++) {
      client.append(job, 10L * k, 10, 90 << 10);
    }
    office.worker(1, 1 << 20);
    long answered = 0;
    while (answered < 10L * messages) {
      SessionReply.Answered answer = client.next().getAnswered();
      answered = answer.getOutcomes().getUntil();
      client.received(answer.getNumber());
    }
  }

  @Test
  void theEndOfTheCoordinatorEndsTheConnection() throws Exception {
    Connection client = new Connection(SESSION);
    client.next();
    office.end();
    assertThat(client.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }
}
