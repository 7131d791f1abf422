package io.muster.coordinator.cli;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobRef;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.DrainRequest;
import io.muster.protocol.wire.v1.ExplainRequest;
import io.muster.protocol.wire.v1.Explanation;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.JobsRequest;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.LogsRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.StopRequest;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import io.muster.protocol.wire.v1.Values;
import io.muster.protocol.wire.v1.WorkerView;
import io.muster.protocol.wire.v1.WorkersRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The API with one job, 7, and answers that a test sets. */
final class ScriptedCluster implements AutoCloseable {
  final List<JobView> watched = new CopyOnWriteArrayList<>();
  final List<ResultsPiece> results = new CopyOnWriteArrayList<>();
  final List<FailureView> failures = new CopyOnWriteArrayList<>();
  final List<LogPiece> logs = new CopyOnWriteArrayList<>();
  final List<WorkerView> workers = new CopyOnWriteArrayList<>();
  final List<JobSpec> submitted = new CopyOnWriteArrayList<>();
  final List<String> inputs = new CopyOnWriteArrayList<>();
  final List<BlobRef> stored = new CopyOnWriteArrayList<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile JobView job =
      JobView.newBuilder().setJob(7).setState(JobState.JOB_STATE_RUNNING).build();
  volatile byte[] blob = {};
  volatile boolean neverEnds;

  private final Server server;

  ScriptedCluster() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
              .addService(new Api())
              .addService(new BlobStore())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static <T> void all(List<T> items, StreamObserver<T> to) {
    items.forEach(to::onNext);
    to.onCompleted();
  }

  private boolean isThere(long id, StreamObserver<?> to) {
    if (id == 7) {
      return true;
    }
    to.onError(Status.NOT_FOUND.withDescription("there is no job " + id).asRuntimeException());
    return false;
  }

  private final class Api extends MusterGrpc.MusterImplBase {
    @Override
    public StreamObserver<SubmitPiece> submit(StreamObserver<Submitted> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(SubmitPiece piece) {
          if (piece.hasSpec()) {
            submitted.add(piece.getSpec());
          }
          inputs.addAll(texts(piece.getInputs()));
        }

        @Override
        public void onError(Throwable failure) {
          asked.add("given up");
        }

        @Override
        public void onCompleted() {
          to.onNext(Submitted.newBuilder().setJob(7).build());
          to.onCompleted();
        }
      };
    }

    @Override
    public void jobs(JobsRequest request, StreamObserver<JobView> to) {
      all(List.of(job), to);
    }

    @Override
    public void job(JobRequest request, StreamObserver<JobView> to) {
      if (isThere(request.getJob(), to)) {
        all(List.of(job), to);
      }
    }

    @Override
    public void watch(JobRequest request, StreamObserver<JobView> to) {
      if (isThere(request.getJob(), to)) {
        watched.forEach(to::onNext);
        if (!neverEnds) {
          to.onCompleted();
        }
      }
    }

    @Override
    public void results(ResultsRequest request, StreamObserver<ResultsPiece> to) {
      asked.add("results follow=" + request.getFollow() + " tasks=" + request.getTasks());
      all(results, to);
    }

    @Override
    public void failures(JobRequest request, StreamObserver<FailureView> to) {
      all(failures, to);
    }

    @Override
    public void logs(LogsRequest request, StreamObserver<LogPiece> to) {
      asked.add("logs " + (request.hasTask() ? request.getTask() : "all"));
      all(logs, to);
    }

    @Override
    public void cancel(JobRequest request, StreamObserver<Done> to) {
      if (isThere(request.getJob(), to)) {
        done("cancel " + request.getJob(), to);
      }
    }

    @Override
    public void retry(JobRequest request, StreamObserver<Done> to) {
      if (isThere(request.getJob(), to)) {
        done("retry " + request.getJob(), to);
      }
    }

    @Override
    public void forget(JobRequest request, StreamObserver<Done> to) {
      if (isThere(request.getJob(), to)) {
        to.onError(
            Status.FAILED_PRECONDITION
                .withDescription("job 7 is running: cancel it first")
                .asRuntimeException());
      }
    }

    @Override
    public void drain(DrainRequest request, StreamObserver<Done> to) {
      done("drain " + request.getWorker(), to);
    }

    @Override
    public void stop(StopRequest request, StreamObserver<Done> to) {
      done("stop", to);
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<Explanation> to) {
      String task = request.hasTask() ? " task " + request.getTask() : "";
      all(List.of(Explanation.newBuilder().addLines("job 7" + task + " waits").build()), to);
    }

    @Override
    public void workers(WorkersRequest request, StreamObserver<WorkerView> to) {
      all(workers, to);
    }

    private void done(String what, StreamObserver<Done> to) {
      asked.add(what);
      all(List.of(Done.getDefaultInstance()), to);
    }
  }

  private final class BlobStore extends BlobsGrpc.BlobsImplBase {
    @Override
    public void missing(BlobList request, StreamObserver<BlobList> to) {
      all(List.of(request), to);
    }

    @Override
    public StreamObserver<BlobPiece> put(StreamObserver<Done> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(BlobPiece piece) {
          if (piece.hasBlob()) {
            stored.add(piece.getBlob());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          all(List.of(Done.getDefaultInstance()), to);
        }
      };
    }

    @Override
    public void get(BlobRef request, StreamObserver<BlobPiece> to) {
      all(List.of(BlobPiece.newBuilder().setBytes(ByteString.copyFrom(blob)).build()), to);
    }
  }

  static List<String> texts(Values values) {
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (int length : values.getLengthsList()) {
      texts.add(values.getBytes().substring(at, at + length).toStringUtf8());
      at += length;
    }
    return texts;
  }
}
