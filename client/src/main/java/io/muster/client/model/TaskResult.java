package io.muster.client.model;

/**
 * What came out of a task.
 *
 * @param task its index; of a combining range, the first index of the piece
 */
public record TaskResult(long task, Value value) {}
