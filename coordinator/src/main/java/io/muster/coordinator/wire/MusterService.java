package io.muster.coordinator.wire;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.Registration;
import io.muster.protocol.WorkerId;
import io.muster.protocol.wire.v1.AppendPiece;
import io.muster.protocol.wire.v1.Appended;
import io.muster.protocol.wire.v1.ClusterInfo;
import io.muster.protocol.wire.v1.ClusterRequest;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.DrainRequest;
import io.muster.protocol.wire.v1.ExplainRequest;
import io.muster.protocol.wire.v1.Explanation;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.JobsRequest;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.LogsRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionRequest;
import io.muster.protocol.wire.v1.StopRequest;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import io.muster.protocol.wire.v1.WorkerView;
import io.muster.protocol.wire.v1.WorkersRequest;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The API's main service: each call becomes a question at the desk or a stream from the store. */
final class MusterService extends MusterGrpc.MusterImplBase {
  private final Reception reception;
  private final Store store;
  private final Blobs blobs;
  private final ApiSettings settings;
  private final Executor executor;
  private final Answers answers;

  MusterService(
      Reception reception, Store store, Blobs blobs, ApiSettings settings, Executor executor) {
    this.reception = reception;
    this.store = store;
    this.blobs = blobs;
    this.settings = settings;
    this.executor = executor;
    answers = new Answers(executor);
  }

  @Override
  public void cluster(ClusterRequest request, StreamObserver<ClusterInfo> client) {
    answers.when(
        client,
        () -> CompletableFuture.completedFuture(reception.desk().journal()),
        journal ->
            ClusterInfo.newBuilder()
                .addAllSeeds(settings.seeds().get())
                .setVersion(settings.version())
                .setProtocolVersion(Registration.PROTOCOL_VERSION)
                .setJournal(journal)
                .build());
  }

  @Override
  public StreamObserver<SubmitPiece> submit(StreamObserver<Submitted> client) {
    return receiving(
        client, desk -> new Submission(desk, store, blobs, settings.maxInputs(), answers, client));
  }

  @Override
  public StreamObserver<AppendPiece> append(StreamObserver<Appended> client) {
    return receiving(client, desk -> new Appending(desk, executor, client));
  }

  @Override
  public StreamObserver<SessionRequest> session(StreamObserver<SessionReply> client) {
    return receiving(client, desk -> new SessionStream(desk, blobs, client));
  }

  /** What takes the stream, or throws away what comes after a refusal. */
  private <I, O> StreamObserver<I> receiving(
      StreamObserver<O> client, Function<Desk, StreamObserver<I>> receiver) {
    try {
      return receiver.apply(reception.desk());
    } catch (RuntimeException e) {
      client.onError(Refusals.status(e));
      return new Ignored<>();
    }
  }

  @Override
  public void closeInputs(JobRequest request, StreamObserver<Done> client) {
    answers.done(client, () -> reception.desk().closeInputs(job(request.getJob())));
  }

  @Override
  public void jobs(JobsRequest request, StreamObserver<JobView> client) {
    streaming(client, desk -> new Listing<>(desk.jobs(), view -> ViewWire.toProto(view, null)));
  }

  @Override
  public void job(JobRequest request, StreamObserver<JobView> client) {
    answers.when(
        client,
        () ->
            reception.desk().job(job(request.getJob())).thenApplyAsync(this::withResult, executor),
        view -> view);
  }

  private JobView withResult(io.muster.coordinator.state.JobView view) {
    try {
      return ViewWire.toProto(view, view.hasResult() ? store.result(view.resultOf()) : null);
    } catch (IOException e) {
      throw Refusals.status(e);
    }
  }

  @Override
  public void watch(JobRequest request, StreamObserver<JobView> client) {
    streaming(
        client, desk -> new JobViews(desk, store, job(request.getJob()), settings.watchInterval()));
  }

  @Override
  public void results(ResultsRequest request, StreamObserver<ResultsPiece> client) {
    streaming(
        client,
        desk ->
            new Results(
                desk,
                store,
                job(request.getJob()),
                request.getFollow(),
                request.getTasks(),
                request.getFrom(),
                settings.watchInterval()));
  }

  @Override
  public void failures(JobRequest request, StreamObserver<FailureView> client) {
    streaming(client, desk -> new Failures(desk, store, job(request.getJob())));
  }

  @Override
  public void logs(LogsRequest request, StreamObserver<LogPiece> client) {
    OptionalLong task =
        request.hasTask() ? OptionalLong.of(request.getTask()) : OptionalLong.empty();
    streaming(
        client,
        desk ->
            new Logs(
                desk,
                store,
                job(request.getJob()),
                request.getFollow(),
                task,
                settings.watchInterval()));
  }

  private <T> void streaming(StreamObserver<T> client, Function<Desk, Source<T>> source) {
    try {
      Pump.start(client, source.apply(reception.desk()), executor);
    } catch (RuntimeException e) {
      client.onError(Refusals.status(e));
    }
  }

  @Override
  public void cancel(JobRequest request, StreamObserver<Done> client) {
    Callers caller = Callers.current();
    answers.done(
        client,
        () ->
            reception
                .desk()
                .cancel(job(request.getJob()))
                .thenRun(() -> caller.did("cancelled job " + request.getJob())));
  }

  @Override
  public void retry(JobRequest request, StreamObserver<Done> client) {
    Callers caller = Callers.current();
    answers.done(
        client,
        () ->
            reception
                .desk()
                .retry(job(request.getJob()))
                .thenRun(() -> caller.did("retried job " + request.getJob())));
  }

  @Override
  public void forget(JobRequest request, StreamObserver<Done> client) {
    Callers caller = Callers.current();
    answers.done(
        client,
        () ->
            reception
                .desk()
                .forget(job(request.getJob()))
                .thenRun(() -> caller.did("forgot job " + request.getJob())));
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<Explanation> client) {
    Long task = request.hasTask() ? request.getTask() : null;
    answers.when(
        client,
        () -> reception.desk().explain(job(request.getJob()), task),
        explanation -> Explanation.newBuilder().addAllLines(explanation.lines()).build());
  }

  @Override
  public void workers(WorkersRequest request, StreamObserver<WorkerView> client) {
    streaming(client, desk -> new Listing<>(desk.workers(), ViewWire::toProto));
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<Done> client) {
    Callers caller = Callers.current();
    answers.done(
        client,
        () -> {
          if (request.getWorker().isBlank()) {
            throw new IllegalArgumentException("no worker is named");
          }
          return reception
              .desk()
              .drain(new WorkerId(request.getWorker()))
              .thenRun(() -> caller.did("drained worker " + request.getWorker()));
        });
  }

  @Override
  public void stop(StopRequest request, StreamObserver<Done> client) {
    client.onNext(Done.getDefaultInstance());
    client.onCompleted();
    Callers.current().did("stopped the coordinator");
    settings.stop().run();
  }

  /** A number that can't be a job's is like one that no job has. */
  private static JobId job(long number) {
    if (number < 1) {
      throw Status.NOT_FOUND.withDescription("there is no job " + number).asRuntimeException();
    }
    return new JobId(number);
  }

  private static final class Ignored<I> implements StreamObserver<I> {
    @Override
    public void onNext(I message) {}

    @Override
    public void onError(Throwable gone) {}

    @Override
    public void onCompleted() {}
  }
}
