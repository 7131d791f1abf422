package io.muster.api;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function that can travel to another process: a lambda written against this type serializes by
 * itself, with what it captures.
 *
 * @param <T> the argument; serializable
 * @param <R> the result; serializable
 */
@FunctionalInterface
public interface RemoteFunction<T extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  /**
   * @throws Exception and the call has failed; it arrives at the caller as the cause of an {@link
   *     java.util.concurrent.ExecutionException}
   */
  R apply(T argument) throws Exception;
}
