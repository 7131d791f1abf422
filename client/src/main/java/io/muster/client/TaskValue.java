package io.muster.client;

import org.jspecify.annotations.Nullable;

/**
 * What came out of a task.
 *
 * @param task its index; of a combining range, the first index of the piece
 * @param value its result, or null
 */
public record TaskValue<T>(long task, @Nullable T value) {}
