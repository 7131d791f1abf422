package io.muster.client;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.JobRequest;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.JobState;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.StageView;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The API over a real connection, with one job, 7, and answers that a test sets. */
final class ScriptedApi implements AutoCloseable {
  /** How often it breaks off a submission when all of it is there. */
  volatile int breaks;

  /** What each call of watch does, the last one again and again. */
  final Queue<Consumer<StreamObserver<JobView>>> watches = new ConcurrentLinkedQueue<>();

  /** What each call of results does. */
  final Queue<Consumer<StreamObserver<ResultsPiece>>> results = new ConcurrentLinkedQueue<>();

  final List<JobSpec> specs = new CopyOnWriteArrayList<>();
  final List<List<byte[]>> inputs = new CopyOnWriteArrayList<>();
  final List<Encoding> encodings = new CopyOnWriteArrayList<>();
  final List<Long> resultsFrom = new CopyOnWriteArrayList<>();
  final List<String> stored = new CopyOnWriteArrayList<>();

  /** Of the job. */
  final List<StageView> stages = new CopyOnWriteArrayList<>();

  private final Server server;

  ScriptedApi() {
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

  CoordinatorApi client() {
    return new CoordinatorApi(List.of("127.0.0.1:" + server.getPort()));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  static JobView.Builder view(JobState state) {
    return JobView.newBuilder().setJob(7).setTotal(3).setState(state);
  }

  static ResultsPiece results(Encoding encoding, long from, byte[]... values) {
    ResultsPiece.Builder piece = ResultsPiece.newBuilder();
    int[] lengths = new int[values.length];
    var bytes = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < values.length; i++) {
      piece.addIndices(from + i);
      lengths[i] = values[i].length;
      bytes.writeBytes(values[i]);
    }
    return piece
        .setValues(
            ValuesWire.toProto(new Values(encoding, bytes.toByteArray(), lengths, List.of())))
        .build();
  }

  static <T> void breakOff(StreamObserver<T> to) {
    to.onError(Status.UNAVAILABLE.withDescription("io exception").asRuntimeException());
  }

  private static <T> T next(Queue<T> script) {
    return script.size() > 1 ? script.remove() : script.element();
  }

  private static List<byte[]> parts(Values values) {
    List<byte[]> parts = new ArrayList<>();
    int at = 0;
    for (int length : values.lengths()) {
      parts.add(java.util.Arrays.copyOfRange(values.bytes(), at, at + length));
      at += length;
    }
    return parts;
  }

  private final class Api extends MusterGrpc.MusterImplBase {
    @Override
    public StreamObserver<SubmitPiece> submit(StreamObserver<Submitted> to) {
      List<byte[]> came = new ArrayList<>();
      return new StreamObserver<>() {
        @Override
        public void onNext(SubmitPiece piece) {
          if (piece.hasSpec()) {
            specs.add(piece.getSpec());
          }
          if (piece.hasInputs()) {
            Values values = ValuesWire.fromProto(piece.getInputs());
            encodings.add(values.encoding());
            came.addAll(parts(values));
          }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          inputs.add(came);
          if (inputs.size() <= breaks) {
            breakOff(to);
            return;
          }
          to.onNext(Submitted.newBuilder().setJob(7).build());
          to.onCompleted();
        }
      };
    }

    @Override
    public void job(JobRequest request, StreamObserver<JobView> to) {
      if (request.getJob() != 7) {
        to.onError(
            Status.NOT_FOUND
                .withDescription("there is no job " + request.getJob())
                .asRuntimeException());
        return;
      }
      to.onNext(view(JobState.JOB_STATE_RUNNING).addAllStages(stages).build());
      to.onCompleted();
    }

    @Override
    public void watch(JobRequest request, StreamObserver<JobView> to) {
      next(watches).accept(to);
    }

    @Override
    public void results(ResultsRequest request, StreamObserver<ResultsPiece> to) {
      resultsFrom.add(request.getFrom());
      next(results).accept(to);
    }
  }

  private final class BlobStore extends BlobsGrpc.BlobsImplBase {
    @Override
    public void missing(BlobList request, StreamObserver<BlobList> to) {
      to.onNext(request);
      to.onCompleted();
    }

    @Override
    public StreamObserver<BlobPiece> put(StreamObserver<Done> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(BlobPiece piece) {
          if (piece.hasBlob()) {
            stored.add(piece.getBlob().getName());
          }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          to.onNext(Done.getDefaultInstance());
          to.onCompleted();
        }
      };
    }
  }
}
