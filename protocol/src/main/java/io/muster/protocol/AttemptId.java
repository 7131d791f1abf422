package io.muster.protocol;

/**
 * One sending of a chunk (or of a step) to one worker, never reused: the fence against late
 * answers.
 *
 * @param epoch the term of office of the coordinator that sent it, from 1
 * @param number counts up within the epoch, from 1
 */
public record AttemptId(long epoch, long number) implements Comparable<AttemptId> {
  /** The attempt whose number is {@code more} higher, of the same epoch. */
  public AttemptId plus(long more) {
    return new AttemptId(epoch, number + more);
  }

  @Override
  public int compareTo(AttemptId other) {
    int byEpoch = Long.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return epoch + "#" + number;
  }
}
