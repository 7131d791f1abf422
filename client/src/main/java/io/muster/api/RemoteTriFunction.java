package io.muster.api;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function of three arguments that can travel to another process: a lambda written against this
 * type serializes by itself, with what it captures.
 *
 * @param <T> the first argument; serializable
 * @param <U> the second argument; serializable
 * @param <V> the third argument; serializable
 * @param <R> the result; serializable
 */
@FunctionalInterface
public interface RemoteTriFunction<
        T extends @Nullable Object,
        U extends @Nullable Object,
        V extends @Nullable Object,
        R extends @Nullable Object>
    extends Serializable {
  /**
   * @throws Exception and the call has failed; it arrives at the caller as the cause of an {@link
   *     java.util.concurrent.ExecutionException}
   */
  R apply(T first, U second, V third) throws Exception;
}
