package io.muster.coordinator.office;

import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.store.StoreGroup;
import io.muster.protocol.JobId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decisions that are written together, their bytes, and what waits for them. */
final class Group {
  private final StoreGroup bytes;
  private final List<JournalRecord> records = new ArrayList<>();
  private final List<Release> releases = new ArrayList<>();
  private final Set<JobId> waitingJobs = new HashSet<>();
  private boolean facts;

  Group(StoreGroup bytes) {
    this.bytes = bytes;
  }

  StoreGroup bytes() {
    return bytes;
  }

  List<JournalRecord> records() {
    return records;
  }

  void add(JournalRecord record) {
    records.add(record);
    facts |=
        !(record instanceof JournalRecord.ChunkAssigned
            || record instanceof JournalRecord.AttemptStarted);
  }

  /** Whether it has more than who is at what, which tells of no job how far it is. */
  boolean hasFacts() {
    return facts || !bytes.isEmpty();
  }

  /** Jobs that are new, or get inputs, by this group: no worker is told before it is written. */
  Set<JobId> waitingJobs() {
    return waitingJobs;
  }

  void after(Release release) {
    releases.add(release);
  }

  boolean isEmpty() {
    return records.isEmpty() && bytes.isEmpty();
  }

  void release() {
    releases.forEach(Release::released);
  }

  void abandon() {
    releases.forEach(Release::abandoned);
  }
}
