package io.muster.coordinator.office;

import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.store.StoreGroup;
import io.muster.protocol.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decisions that are written together, their bytes, and what waits for them. */
final class Group {
  private final StoreGroup bytes;
  private final List<JournalRecord> records = new ArrayList<>();
  private final List<Release> releases = new ArrayList<>();
  private final Map<JobId, Long> waitingJobs = new HashMap<>();

  Group(StoreGroup bytes) {
    this.bytes = bytes;
  }

  StoreGroup bytes() {
    return bytes;
  }

  List<JournalRecord> records() {
    return records;
  }

  /**
   * This job gets inputs by this group, or is new by it: no worker is told of them before it is
   * written.
   *
   * @param from the first of these inputs; -1: the job is new
   */
  void waits(JobId job, long from) {
    waitingJobs.merge(job, from, Math::min);
  }

  /** Whether the job is new by this group, or one of its inputs below {@code until} is. */
  boolean hasNew(JobId job, long until) {
    return waitingJobs.getOrDefault(job, Long.MAX_VALUE) < until;
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
