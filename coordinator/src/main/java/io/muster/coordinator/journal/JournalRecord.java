package io.muster.coordinator.journal;

/**
 * A group as Pekko Persistence sees it.
 *
 * @param opens whether it is an epoch's first
 */
@SuppressWarnings("ArrayRecordComponent")
record JournalRecord(boolean opens, byte[] bytes) {}
