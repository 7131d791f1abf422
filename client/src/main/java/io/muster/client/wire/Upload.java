package io.muster.client.wire;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A stream of messages with one answer; {@link #send} waits while the other side is busy. */
final class Upload<Q, A> implements ClientResponseObserver<Q, A> {
  private final CompletableFuture<A> answer = new CompletableFuture<>();
  private final Semaphore news = new Semaphore(0);
  private @Nullable ClientCallStreamObserver<Q> requests;

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    requests = stream;
    stream.setOnReadyHandler(news::release);
  }

  /**
   * @return false when the other side has answered already and wants no more
   */
  boolean send(Q message) {
    ClientCallStreamObserver<Q> to = requests();
    while (!to.isReady() && !answer.isDone()) {
      news.acquireUninterruptibly();
    }
    if (answer.isDone()) {
      return false;
    }
    to.onNext(message);
    return true;
  }

  void cancel(Throwable reason) {
    requests().cancel("given up", reason);
  }

  /** Waits for the answer. */
  A finish() {
    if (!answer.isDone()) {
      requests().onCompleted();
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }

  private ClientCallStreamObserver<Q> requests() {
    ClientCallStreamObserver<Q> stream = requests;
    if (stream == null) {
      throw new IllegalStateException("the call has not begun");
    }
    return stream;
  }

  @Override
  public void onNext(A value) {
    answer.complete(value);
    news.release();
  }

  @Override
  public void onError(Throwable failure) {
    answer.completeExceptionally(failure);
    news.release();
  }

  @Override
  public void onCompleted() {
    answer.completeExceptionally(
        Status.INTERNAL.withDescription("the coordinator gave no answer").asRuntimeException());
    news.release();
  }
}
