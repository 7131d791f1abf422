package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import org.jspecify.annotations.Nullable;

/** Calls without arguments, as one function of many inputs; runs in task processes. */
record CallOf<V extends @Nullable Object>() implements RemoteFunction<RemoteCallable<V>, V> {
  @Override
  public V apply(RemoteCallable<V> call) throws Exception {
    return call.call();
  }
}
