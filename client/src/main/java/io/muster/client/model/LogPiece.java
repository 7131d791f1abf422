package io.muster.client.model;

/**
 * Some of what was printed.
 *
 * @param task its index, or -1 for what belongs to the job only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LogPiece(long task, int tryNumber, boolean stderr, byte[] bytes) {}
