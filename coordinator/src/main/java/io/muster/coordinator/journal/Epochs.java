package io.muster.coordinator.journal;

import java.util.Arrays;

/**
 * Which coordinator wrote which records: epoch {@code e}, from 1, wrote from its first record
 * ({@code epoch opened}) to the one before the next epoch's first. Immutable.
 */
public final class Epochs {
  private final long[] firsts;
  private final long last;

  /**
   * @param firsts the sequence numbers of the epochs' first records, ascending
   * @param last the last sequence number written, 0 of an empty journal
   */
  public Epochs(long[] firsts, long last) {
    this.firsts = firsts.clone();
    this.last = last;
  }

  /** The epoch that the next write opens. */
  public long next() {
    return firsts.length + 1L;
  }

  /** The last sequence number written by any of them. */
  public long last() {
    return last;
  }

  /** Whether the record of this number is in the journal and was written by this epoch. */
  public boolean wrote(long epoch, long sequence) {
    if (epoch < 1 || epoch > firsts.length || sequence > last) {
      return false;
    }
    int at = (int) epoch - 1;
    return sequence >= firsts[at] && (epoch == firsts.length || sequence < firsts[at + 1]);
  }

  @Override
  public String toString() {
    return "epochs from " + Arrays.toString(firsts) + " to " + last;
  }
}
