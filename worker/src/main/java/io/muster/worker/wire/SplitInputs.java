package io.muster.worker.wire;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.AppendPiece;
import io.muster.protocol.wire.v1.Appended;
import io.muster.protocol.wire.v1.MusterGrpc;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that a split produces on their way into the coordinator's store, a bounded number
 * ahead of what is durable. One thread adds.
 */
public final class SplitInputs {
  private static final long MOST_BYTES_AHEAD = 4 << 20;
  private static final long MOST_VALUES_AHEAD = 100_000;

  private final Stream stream = new Stream();
  private final JobId job;
  private final AttemptId attempt;
  private long next;
  private long bytesSinceDurable;

  SplitInputs(MusterGrpc.MusterStub stub, JobId job, AttemptId attempt, long from) {
    this.job = job;
    this.attempt = attempt;
    this.next = from;
    this.stream.durableUntil = from;
    stub.append(stream);
  }

  /** Adds values; waits while too many are not durable yet. */
  public void add(Values values) throws ApiException, InterruptedException {
    if (values.count() == 0) {
      return;
    }
    stream.send(
        AppendPiece.newBuilder()
            .setJob(job.value())
            .setFrom(next)
            .setEpoch(attempt.epoch())
            .setNumber(attempt.number())
            .setInputs(ValuesWire.toProto(values))
            .build());
    next += values.count();
    bytesSinceDurable += values.bytes().length;
    if (bytesSinceDurable > MOST_BYTES_AHEAD || next - stream.durable() > MOST_VALUES_AHEAD) {
      stream.awaitDurable(next);
      bytesSinceDurable = 0;
    }
  }

  /** All were added; returns when all are durable. */
  public void finish() throws ApiException, InterruptedException {
    stream.awaitDurable(next);
    stream.complete();
  }

  /** It will not be finished. */
  public void cancel() {
    stream.cancel();
  }

  private static final class Stream implements ClientResponseObserver<AppendPiece, Appended> {
    private @Nullable ClientCallStreamObserver<AppendPiece> call;
    private long durableUntil;
    private @Nullable Throwable error;
    private boolean completed;

    @Override
    public void beforeStart(ClientCallStreamObserver<AppendPiece> stream) {
      call = stream;
      stream.setOnReadyHandler(this::wake);
    }

    private synchronized void wake() {
      notifyAll();
    }

    synchronized void send(AppendPiece piece) throws ApiException, InterruptedException {
      while (!stream().isReady()) {
        requireAlive();
        wait();
      }
      requireAlive();
      stream().onNext(piece);
    }

    synchronized long durable() {
      return durableUntil;
    }

    synchronized void awaitDurable(long until) throws ApiException, InterruptedException {
      while (durableUntil < until) {
        requireAlive();
        wait();
      }
    }

    void complete() {
      stream().onCompleted();
    }

    void cancel() {
      stream().cancel("the split has ended", null);
    }

    private ClientCallStreamObserver<AppendPiece> stream() {
      if (call == null) {
        throw new IllegalStateException("not started");
      }
      return call;
    }

    private void requireAlive() throws ApiException {
      if (error != null) {
        Status status = Status.fromThrowable(error);
        String said =
            status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        throw new ApiException(said, Api.isAway(status), new StatusRuntimeException(status));
      }
      if (completed) {
        throw new ApiException(
            "the coordinator takes no more inputs", false, new IllegalStateException());
      }
    }

    @Override
    public synchronized void onNext(Appended appended) {
      durableUntil = Math.max(durableUntil, appended.getUntil());
      notifyAll();
    }

    @Override
    public synchronized void onError(Throwable cause) {
      error = cause;
      notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
      completed = true;
      notifyAll();
    }
  }
}
