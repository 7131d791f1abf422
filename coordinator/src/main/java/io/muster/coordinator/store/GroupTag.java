package io.muster.coordinator.store;

/**
 * The journal record that names a group's bytes. They count once it is written.
 *
 * @param epoch the coordinator that writes it
 * @param sequence its number in the journal
 */
public record GroupTag(long epoch, long sequence) {}
