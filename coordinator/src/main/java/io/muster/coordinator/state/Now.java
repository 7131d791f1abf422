package io.muster.coordinator.state;

/**
 * The time that a decision is made at, read by the caller. Decisions use the first only; the second
 * is for people.
 *
 * @param monotonicNanos as of {@link System#nanoTime()}: only differences mean something
 * @param wallMillis milliseconds since 1970, UTC
 */
public record Now(long monotonicNanos, long wallMillis) {}
