package io.muster.api;

import java.io.Serializable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Callable} that can travel to another process: a lambda written against this type
 * serializes by itself, with what it captures.
 *
 * @param <V> the result; serializable
 */
@FunctionalInterface
public interface RemoteCallable<V extends @Nullable Object> extends Callable<V>, Serializable {}
