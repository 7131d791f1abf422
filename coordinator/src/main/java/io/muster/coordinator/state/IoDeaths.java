package io.muster.coordinator.state;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.ToCoordinator.AttemptFailed;

/**
 * An I/O process died, and in it many tasks of many attempts: all of them are suspects and run
 * again apart from the others, a quarter as many together, until the killer is alone.
 */
final class IoDeaths {
  /**
   * Into so many parts suspects are divided after a death: of those that wait for as long, the
   * number with the fewest deaths (docs/adr/0014-quarters.md).
   */
  private static final long PARTS = 4;

  private final Chunks chunks;

  IoDeaths(Chunks chunks) {
    this.chunks = chunks;
  }

  /**
   * Said of each attempt that was in the process.
   *
   * @param takenUntil tasks below it were in it
   */
  void processDied(Turn turn, Attempt chunk, IoLoad load, long takenUntil, AttemptFailed failed) {
    IoLoad.Death death = load.death(chunk);
    Failure failure = failed.failure();
    if (takenUntil == chunk.next && death.first()) {
      chunks.nothingRan(turn, chunk, failure);
    } else if (takenUntil == chunk.next) {
      chunks.givenBack(turn, chunk);
    } else {
      if (death.first() && failed.shared() && failure.kind() == FailureKind.MEMORY) {
        load.tooMany(chunk.isAlone(), death.together());
      }
      blame(turn, chunk, takenUntil, failed.shared(), death.together(), failure);
    }
  }

  /**
   * Said of each attempt that its worker had said to be running.
   *
   * @param shared whether the worker had other I/O tasks
   */
  void workerVanished(Turn turn, Attempt chunk, IoLoad load, boolean shared, Failure failure) {
    long together = load.death(chunk).together();
    boolean others = chunk.isAlone() ? together > 1 : shared;
    blame(turn, chunk, chunk.until, others, together, failure);
  }

  private void blame(
      Turn turn, Attempt chunk, long until, boolean shared, long together, Failure failure) {
    if (!shared && until - chunk.next == 1) {
      chunks.charge(turn, chunk, chunk.next, until, failure);
    } else {
      long died = chunk.isAlone() ? Math.min(chunk.atMost, together) : together;
      turn.record(
          new JournalRecord.ChunkBroken(
              chunk.id, until, -1, false, false, until, (died + PARTS - 1) / PARTS));
    }
  }
}
