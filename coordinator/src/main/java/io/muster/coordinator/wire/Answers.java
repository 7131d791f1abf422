package io.muster.coordinator.wire;

import io.grpc.stub.StreamObserver;
import io.muster.protocol.wire.v1.Done;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers to calls that have one. */
final class Answers {
  private final Executor executor;

  Answers(Executor executor) {
    this.executor = executor;
  }

  /** Answers when the stage has completed, or says why not. */
  <A, T> void when(
      StreamObserver<T> client, Supplier<CompletionStage<A>> stage, Function<A, T> message) {
    try {
      stage
          .get()
          .whenCompleteAsync(
              (answer, failure) -> {
                if (failure != null) {
                  client.onError(Refusals.status(failure));
                } else {
                  client.onNext(message.apply(answer));
                  client.onCompleted();
                }
              },
              executor);
    } catch (RuntimeException e) {
      client.onError(Refusals.status(e));
    }
  }

  void done(StreamObserver<Done> client, Supplier<CompletionStage<Void>> stage) {
    when(client, stage, nothing -> Done.getDefaultInstance());
  }
}
