package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.WorkerId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that {@link ClusterState} must know to go on after a restart. Its sets are copies.
 *
 * @param epochs all that were opened, ascending
 */
public record ClusterSnapshot(
    List<JournalRecord.EpochOpened> epochs,
    long lastJob,
    long lastWorker,
    List<Job> jobs,
    List<Worker> workers,
    List<Attempt> attempts) {

  /**
   * @param phase the name of where it stands inside
   */
  public record Job(
      JobId id,
      JobSpec spec,
      InputSizes sizes,
      long submitted,
      @Nullable Long started,
      @Nullable Long finished,
      @Nullable JobState end,
      @Nullable JobError error,
      long count,
      boolean inputsClosed,
      boolean stepDone,
      int stepDeaths,
      int loadDeaths,
      double nanosPerTask,
      IntervalSet waiting,
      IntervalSet backingOff,
      IntervalSet succeeded,
      IntervalSet failed,
      IntervalSet cancelled,
      List<IntervalSet> tries,
      List<IntervalSet> failedTries,
      List<IntervalSet> deaths,
      List<Suspects> suspects) {}

  /** Tasks that run in chunks of at most this size, until a killer among them is found. */
  public record Suspects(Interval interval, long atMost) {}

  public record Worker(
      WorkerId id,
      String incarnation,
      String address,
      int slots,
      int ioLimit,
      long taskMemory,
      Map<String, String> labels,
      String version,
      boolean draining,
      boolean lost) {}

  /**
   * @param interval what of the chunk has not ended; of a step [0, 1)
   * @param step null for a chunk
   */
  public record Attempt(
      AttemptId id,
      JobId job,
      WorkerId worker,
      Interval interval,
      @Nullable Step step,
      boolean started) {}
}
