package io.muster.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A result's callbacks; one of them runs, once. */
record Completion<V extends @Nullable Object>(
    Callbacks callbacks,
    @Nullable Consumer<? super V> callback,
    @Nullable Consumer<? super Throwable> errorCallback,
    AtomicBoolean ran) {

  Completion(
      Callbacks callbacks,
      @Nullable Consumer<? super V> callback,
      @Nullable Consumer<? super Throwable> errorCallback) {
    this(callbacks, callback, errorCallback, new AtomicBoolean());
  }

  /** Runs what fits, on the callbacks' thread. */
  void of(AsyncResult<V> result) {
    if ((callback != null || errorCallback != null) && ran.compareAndSet(false, true)) {
      callbacks.run(() -> run(result));
    }
  }

  private void run(AsyncResult<V> result) {
    V value;
    try {
      value = result.get();
    } catch (ExecutionException e) {
      failed(e.getCause() == null ? e : e.getCause());
      return;
    } catch (CancellationException e) {
      failed(e);
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it: the result is there
      return;
    }
    if (callback != null) {
      callback.accept(value);
    }
  }

  private void failed(Throwable cause) {
    if (errorCallback != null) {
      errorCallback.accept(cause);
    }
  }
}
