package io.muster.coordinator.office;

import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.store.StoreGroup;
import io.muster.protocol.JobId;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The group that gathers and the one that is being written: at most one write is under way. What
 * reveals a fact is released in the order it was given, never before the records given before it
 * are written. Belongs to the coordinator's actor.
 */
final class Gathering {
  private final Supplier<StoreGroup> bytes;
  private Group open;
  private @Nullable Group underWay;
  private boolean urgent;

  Gathering(Supplier<StoreGroup> bytes) {
    this.bytes = bytes;
    open = new Group(bytes.get());
  }

  void record(JournalRecord record) {
    open.records().add(record);
  }

  /** Where bytes of the open group go. */
  StoreGroup bytes() {
    return open.bytes();
  }

  /** This job is in the open group. */
  void jobWaits(JobId job) {
    open.waits(job, -1);
  }

  /** Inputs of this job, from this one on, are in the open group. */
  void inputsWait(JobId job, long from) {
    open.waits(job, from);
  }

  /**
   * Whether the job is not durable yet, or one of its inputs below this index can't be read from
   * the store yet.
   */
  boolean isUnwritten(JobId job, long until) {
    return open.hasNew(job, until) || (underWay != null && underWay.hasNew(job, until));
  }

  /** Released when all that was recorded so far is written: at once when all is. */
  void afterWrite(Release release) {
    if (!open.isEmpty()) {
      open.after(release);
    } else if (underWay != null) {
      underWay.after(release);
    } else {
      release.released();
    }
  }

  /** Somebody waits for what is in the open group: it is not to gather any longer. */
  void hurry() {
    urgent = !open.isEmpty();
  }

  boolean isUrgent() {
    return urgent;
  }

  /** Whether something gathers. */
  boolean isGathering() {
    return !open.isEmpty();
  }

  boolean isWriting() {
    return underWay != null;
  }

  /** How much gathers: records and about how many bytes. */
  boolean isLargerThan(int records, long size) {
    return open.records().size() > records || open.bytes().size() > size;
  }

  /** The group that gathered, to be written now; none while another one is being written. */
  Optional<Group> cut() {
    if (underWay != null || open.isEmpty()) {
      return Optional.empty();
    }
    underWay = open;
    open = new Group(bytes.get());
    urgent = false;
    return Optional.of(underWay);
  }

  /** The group that was cut is in the journal. */
  void written() {
    Group group = underWay;
    if (group == null) {
      throw new IllegalStateException("nothing was being written");
    }
    underWay = null;
    group.release();
  }

  /** The epoch ended; nobody gets anything any more. */
  void abandon() {
    if (underWay != null) {
      underWay.abandon();
    }
    open.abandon();
  }
}
