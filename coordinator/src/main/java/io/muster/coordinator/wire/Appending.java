package io.muster.coordinator.wire;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.desk.Desk;
import io.muster.protocol.AttemptId;
import io.muster.protocol.JobId;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.AppendPiece;
import io.muster.protocol.wire.v1.Appended;
import java.util.concurrent.Executor;

/**
 * Inputs that are appended to a job, a few pieces at a time on their way into the store: the client
 * is asked for the next when one is durable.
 */
final class Appending implements StreamObserver<AppendPiece> {
  private static final int AHEAD = 8;

  private final Desk desk;
  private final Executor executor;
  private final ServerCallStreamObserver<Appended> client;
  private final Callers caller;
  private int underWay;
  private boolean closing;
  private boolean over;

  Appending(Desk desk, Executor executor, StreamObserver<Appended> client) {
    this.desk = desk;
    this.executor = executor;
    this.caller = Callers.current();
    this.client = (ServerCallStreamObserver<Appended>) client;
    this.client.disableAutoRequest();
    this.client.request(AHEAD);
  }

  @Override
  public synchronized void onNext(AppendPiece piece) {
    if (over) {
      return;
    }
    underWay++;
    try {
      AttemptId split =
          piece.getEpoch() == 0 ? null : new AttemptId(piece.getEpoch(), piece.getNumber());
      if (caller.holder().isPresent() && caller.is(Role.WORKER) == (split == null)) {
        throw Status.PERMISSION_DENIED
            .withDescription("a worker appends under its attempt, and only a worker does")
            .asRuntimeException();
      }
      desk.append(
              new JobId(piece.getJob()),
              split,
              piece.getFrom(),
              ValuesWire.fromProto(piece.getInputs()))
          .whenCompleteAsync(this::appended, executor);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void appended(Long until, Throwable failure) {
    if (over) {
      return;
    }
    if (failure != null) {
      fail(failure);
      return;
    }
    underWay--;
    client.onNext(Appended.newBuilder().setUntil(until).build());
    client.request(1);
    completeIfDone();
  }

  private void fail(Throwable failure) {
    over = true;
    client.onError(Refusals.status(failure));
  }

  @Override
  public synchronized void onCompleted() {
    closing = true;
    completeIfDone();
  }

  private void completeIfDone() {
    if (closing && underWay == 0 && !over) {
      over = true;
      client.onCompleted();
    }
  }

  @Override
  public synchronized void onError(Throwable gone) {
    over = true;
  }
}
