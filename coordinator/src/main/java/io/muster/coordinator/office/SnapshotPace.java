package io.muster.coordinator.office;

/** When the next snapshot is due: after so many groups or bytes of journal. */
final class SnapshotPace {
  private final long everyGroups;
  private final long everyBytes;
  private long groups;
  private long bytes;

  SnapshotPace(long everyGroups, long everyBytes) {
    this.everyGroups = everyGroups;
    this.everyBytes = everyBytes;
  }

  /** A group of so many bytes more; whether a snapshot is due with it, which starts anew. */
  boolean wrote(long groupBytes) {
    groups++;
    bytes += groupBytes;
    if (groups < everyGroups && bytes < everyBytes) {
      return false;
    }
    groups = 0;
    bytes = 0;
    return true;
  }
}
