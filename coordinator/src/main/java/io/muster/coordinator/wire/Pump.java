package io.muster.coordinator.wire;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Moves a source to a client as fast as the client takes it and no faster, on an executor, one step
 * at a time, without a thread while it waits.
 */
final class Pump<T> {
  /** Steps in a row, so that a fast stream does not keep a thread from the others. */
  private static final int STEPS = 16;

  private final ServerCallStreamObserver<T> client;
  private final Source<T> source;
  private final Executor executor;
  private final Callers caller = Callers.current();

  /** Reasons to run that were not seen to yet; whoever makes it 1 starts a run. */
  private final AtomicInteger wanted = new AtomicInteger();

  private volatile boolean waiting;
  private boolean over;

  private Pump(ServerCallStreamObserver<T> client, Source<T> source, Executor executor) {
    this.client = client;
    this.source = source;
    this.executor = executor;
  }

  /** To be called in the service method itself, before it returns. */
  static <T> void start(StreamObserver<T> observer, Source<T> source, Executor executor) {
    Pump<T> pump = new Pump<>((ServerCallStreamObserver<T>) observer, source, executor);
    pump.client.setOnReadyHandler(pump::wake);
    pump.client.setOnCancelHandler(pump::wake);
    pump.wake();
  }

  private void wake() {
    if (wanted.getAndIncrement() == 0) {
      executor.execute(this::run);
    }
  }

  private void run() {
    int seen = wanted.get();
    boolean more = !over && steps();
    if (wanted.addAndGet(-seen) > 0) {
      executor.execute(this::run);
    } else if (more) {
      wake();
    }
  }

  /** Whether to go on at once. */
  private boolean steps() {
    try {
      for (int k = 0; k < STEPS; k++) {
        if (client.isCancelled()) {
          end();
          return false;
        }
        if (waiting || !client.isReady()) {
          return false;
        }
        if (!caller.isLetIn()) {
          throw caller.refusal();
        }
        Source.Step<T> step = source.next();
        if (step instanceof Source.Item<T> item) {
          client.onNext(item.message());
        } else if (step instanceof Source.Later<T> later) {
          waitFor(later);
          return false;
        } else {
          end();
          client.onCompleted();
          return false;
        }
      }
      return true;
    } catch (Exception e) {
      end();
      if (!client.isCancelled()) {
        client.onError(Refusals.status(e));
      }
      return false;
    }
  }

  private void waitFor(Source.Later<T> later) {
    waiting = true;
    later
        .when()
        .whenComplete(
            (done, failure) -> {
              waiting = false;
              wake();
            });
  }

  private void end() {
    over = true;
    source.close();
  }
}
