package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job is as a stage of a pipeline: who is before and behind it, whether lines are missing,
 * and how much of it the next one bears. Nothing of this is written down: it follows from the jobs.
 */
final class Stage {
  /** With more inputs that wait, the stage before begins nothing. */
  static final long MOST_WAITING = 10_000;

  /** The same of their bytes. */
  static final long MOST_BYTES = 64L << 20;

  /** Of a stage whose outputs are read: tasks of one chunk, so that none gives too much at once. */
  private static final long MOST_IN_CHUNK = 1_000;

  /** So many outputs may be under way, if they are small. */
  private static final long MOST_UNDER_WAY = 10 * MOST_WAITING;

  /** What a task is thought to give before one has. */
  private static final long BYTES_AT_FIRST = 64 * 1024;

  /** So many runs of what waits are looked at, to say how many bytes wait. */
  private static final int RUNS = 256;

  private final Job job;
  private final Job whole;
  private final int number;

  /** How many of its tasks may be out. */
  private long mostOut = Long.MAX_VALUE;

  private long mostInChunk = Long.MAX_VALUE;

  Stage(Job job, Job whole, int number) {
    this.job = job;
    this.whole = whole;
    this.number = number;
  }

  /** The pipeline. */
  Job whole() {
    return whole;
  }

  int number() {
    return number;
  }

  @Nullable Job before() {
    return number == 0 ? null : whole.stages.get(number - 1);
  }

  @Nullable Job next() {
    return number + 1 == whole.stages.size() ? null : whole.stages.get(number + 1);
  }

  /** Whose inputs its outputs are; those of the last stage are kept with the pipeline. */
  Job receiver() {
    Job next = next();
    return next == null ? whole : next;
  }

  /** Whether what its tasks give goes on as it comes, rather than to its own reduce. */
  boolean passesOn() {
    return job.lastStep() == null;
  }

  /** Where what it gives is kept; null: with itself. */
  @Nullable PassedOn passedOn() {
    if (next() == null && !passesOn()) {
      return null;
    }
    Job receiver = receiver();
    List<JobId> through = passesOn() ? List.of(receiver.id) : List.of();
    return new PassedOn(receiver.id, through, receiver.inputCount());
  }

  /** Where the lines of a pipeline are; null: it has one result. */
  static @Nullable PassedOn linesOf(Job whole) {
    Stage last = whole.stages.get(whole.stages.size() - 1).stage;
    if (last == null || !last.passesOn()) {
      return null;
    }
    List<JobId> through = new ArrayList<>(List.of(whole.id));
    through.addAll(last.backToLines());
    return new PassedOn(whole.id, through, whole.outputs);
  }

  /**
   * The jobs whose inputs lead its tasks back to the first stage, or to the one behind the last
   * reduce, from where on lines are numbered anew; itself first.
   */
  List<JobId> backToLines() {
    List<JobId> back = new ArrayList<>();
    for (int k = number; k > 0; k--) {
      Stage before = whole.stages.get(k - 1).stage;
      if (before == null || !before.passesOn()) {
        break;
      }
      back.add(whole.stages.get(k).id);
    }
    return List.copyOf(back);
  }

  /** Whether a line of this stage or one before it failed, so that a reduce would lack it. */
  boolean lacksLines() {
    for (Job each : whole.stages.subList(0, number)) {
      if (!each.tasks.failed.isEmpty() || (each.lastStep() != null && !each.stepDone)) {
        return true;
      }
    }
    return !job.tasks.failed.isEmpty();
  }

  /** Looks at how much the next stage bears; returns whether that changes if more may begin. */
  boolean look() {
    Job reader = next();
    if (reader == null || !passesOn()) {
      return false;
    }
    boolean before = room() > 0;
    long ended = job.tasks.succeeded.size() + job.tasks.failed.size();
    long bytesEach = ended == 0 ? BYTES_AT_FIRST : Math.max(1, reader.sizes.totalBytes() / ended);
    long outputsEach = ended == 0 ? 1 : Math.max(1, reader.tasks.count / ended);
    long waiting = reader.tasks.waiting.size() + reader.tasks.pausing.size();
    long bytes = bytesWaiting(reader);
    if (waiting > MOST_WAITING || bytes > MOST_BYTES) {
      mostOut = 0;
    } else {
      long byBytes = (MOST_BYTES - bytes) / bytesEach;
      mostOut = Math.max(1, Math.min(byBytes, MOST_UNDER_WAY / outputsEach));
    }
    mostInChunk = Math.max(1, Math.min(MOST_IN_CHUNK, MOST_WAITING / outputsEach));
    return before != room() > 0;
  }

  private static long bytesWaiting(Job reader) {
    InputSizes sizes = reader.sizes;
    long bytes = 0;
    long counted = 0;
    Interval run = reader.tasks.waiting.nextRun(0);
    for (int k = 0; run != null && k < RUNS; k++) {
      bytes += sizes.bytesBelow(run.until()) - sizes.bytesBelow(run.from());
      counted += run.size();
      run = reader.tasks.waiting.nextRun(run.until());
    }
    long left = reader.tasks.waiting.size() + reader.tasks.pausing.size() - counted;
    return bytes + (long) (left * ((double) sizes.totalBytes() / Math.max(1, sizes.count())));
  }

  /** Nothing of it begins: the next stage has much to do that waits. */
  boolean isHeld() {
    return mostOut == 0;
  }

  /** How many more tasks of it may begin, as far as the next stage is concerned. */
  long room() {
    return mostOut == Long.MAX_VALUE ? mostOut : mostOut - job.tasks.inAttempts();
  }

  /** How many tasks a chunk of it may have. */
  long mostInChunk() {
    return Math.min(mostInChunk, Math.max(1, room()));
  }

  String name() {
    return job.spec.name();
  }
}
