package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToWorker.Assign;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The I/O tasks of a worker: they take no slot, and all of one sort of code, memory and environment
 * run in one process at once. Suspects of a death run in a process of their own, those of one job
 * together: how many is the coordinator's to say.
 */
final class IoWork {
  private final Held held;
  private final Reports reports;
  private final LongSupplier processNumbers;
  private final Map<AttemptId, IoChunk> chunks = new LinkedHashMap<>();
  private final Map<ProcessId, IoProcess> processes = new LinkedHashMap<>();
  private final Map<IoProcess.Kind, IoProcess> byKind = new HashMap<>();

  /**
   * @param processNumbers the next number for a process
   */
  IoWork(Held held, Reports reports, LongSupplier processNumbers) {
    this.held = held;
    this.reports = reports;
    this.processNumbers = processNumbers;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  boolean uses(Job job) {
    return chunks.values().stream().anyMatch(chunk -> chunk.job == job);
  }

  boolean has(AttemptId attempt) {
    return chunks.containsKey(attempt);
  }

  boolean has(ProcessId process) {
    return processes.containsKey(process);
  }

  /** Tasks that are here and have not been reported. */
  long running() {
    return chunks.values().stream().mapToLong(IoChunk::unreported).sum();
  }

  int processes() {
    return processes.size();
  }

  /** Attempts of this job. */
  List<AttemptId> attemptsOf(Job job) {
    return chunks.values().stream()
        .filter(chunk -> chunk.job == job)
        .map(chunk -> chunk.attempt)
        .toList();
  }

  // What the coordinator says

  void assigned(Assign assign, Job job, Effects effects) {
    IoChunk.Assigned assigned = new IoChunk.Assigned(assign);
    IoChunk chunk = new IoChunk(assign.attempt(), assigned, job, assign.interval());
    chunks.put(chunk.attempt, chunk);
    if (!assigned.inputsThere) {
      effects.fetchInputs(chunk.attempt, Chunk.large(assign));
    }
    dispatch(chunk, effects);
  }

  void revoked(AttemptId attempt, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null) {
      if (chunk.handed && chunk.process != null) {
        effects.drop(chunk.process.id, attempt);
      }
      remove(chunk, effects);
    }
  }

  void stopAsked(AttemptId attempt, long index, boolean onlyWaiting, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null && chunk.handed && chunk.process != null) {
      effects.stopTask(chunk.process.id, attempt, index, onlyWaiting);
    }
  }

  /** Nothing more of this job comes: its program is forgotten. */
  void jobOver(JobId job, Effects effects) {
    for (IoProcess process : List.copyOf(processes.values())) {
      Boolean loaded = process.loaded.remove(job);
      if (loaded != null && process.death == null) {
        effects.unload(process.id, job);
        restIfIdle(process, effects);
      }
    }
  }

  // Files

  void filesThere(Job job, Effects effects) {
    for (IoChunk chunk : List.copyOf(chunks.values())) {
      if (chunk.job == job) {
        dispatch(chunk, effects);
      }
    }
  }

  void filesMissing(Job job, Failure failure, Effects effects) {
    for (IoChunk chunk : List.copyOf(chunks.values())) {
      if (chunk.job == job && chunk.process == null) {
        failWaiting(chunk, failure, effects);
      }
    }
  }

  void inputsThere(AttemptId attempt, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null) {
      chunk.assigned.inputsThere = true;
      dispatch(chunk, effects);
    }
  }

  void inputsMissing(AttemptId attempt, Failure failure, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null && chunk.process == null) {
      failWaiting(chunk, failure, effects);
    }
  }

  private void failWaiting(IoChunk chunk, Failure failure, Effects effects) {
    reports.say(
        chunk.attempt, new AttemptFailed(chunk.attempt, -1, chunk.reportedUntil, failure), effects);
    remove(chunk, effects);
  }

  // How they come to run

  private void dispatch(IoChunk chunk, Effects effects) {
    if (chunk.process != null
        || !chunk.assigned.inputsThere
        || chunk.job.files != Job.Files.THERE) {
      return;
    }
    IoProcess.Kind kind = IoProcess.Kind.of(chunk);
    IoProcess process = byKind.get(kind);
    if (process == null) {
      process = new IoProcess(new ProcessId(processNumbers.getAsLong()), kind);
      processes.put(process.id, process);
      byKind.put(kind, process);
      effects.start(process.id, kind.needs());
    }
    chunk.process = process;
    process.chunks.add(chunk);
    if (process.up) {
      loadOrHandOver(process, chunk, effects);
    }
  }

  void started(ProcessId id, Effects effects) {
    IoProcess process = processes.get(id);
    if (process != null && process.death == null) {
      process.up = true;
      List.copyOf(process.chunks).forEach(chunk -> loadOrHandOver(process, chunk, effects));
      restIfIdle(process, effects);
    }
  }

  private void loadOrHandOver(IoProcess process, IoChunk chunk, Effects effects) {
    Boolean loaded = process.loaded.get(chunk.job.id);
    if (loaded == null) {
      process.loaded.put(chunk.job.id, false);
      effects.load(process.id, chunk.job.id, chunk.job.spec);
    } else if (loaded) {
      handOver(process, chunk, effects);
    }
  }

  void loaded(ProcessId id, JobId job, Effects effects) {
    IoProcess process = processes.get(id);
    if (process != null && process.death == null && process.loaded.containsKey(job)) {
      process.loaded.put(job, true);
      for (IoChunk chunk : List.copyOf(process.chunks)) {
        if (chunk.job.id.equals(job) && !chunk.handed) {
          handOver(process, chunk, effects);
        }
      }
    }
  }

  private void handOver(IoProcess process, IoChunk chunk, Effects effects) {
    chunk.handed = true;
    held.started(chunk.attempt);
    reports.say(chunk.attempt, new Started(chunk.attempt), effects);
    effects.runIo(process.id, chunk.job.id, chunk.assigned.assign);
  }

  void loadFailed(ProcessId id, JobId job, Failure failure, Effects effects) {
    IoProcess process = processes.get(id);
    if (process == null) {
      return;
    }
    process.loaded.remove(job);
    for (IoChunk chunk : List.copyOf(process.chunks)) {
      if (chunk.job.id.equals(job)) {
        failWaiting(chunk, failure, effects);
      }
    }
  }

  // What processes say

  void reported(Outcomes outcomes, Effects effects) {
    IoChunk chunk = chunks.get(outcomes.attempt());
    if (chunk != null) {
      chunk.reportedUntil = outcomes.interval().until();
      reports.say(chunk.attempt, outcomes, effects);
      if (chunk.unreported() == 0) {
        remove(chunk, effects);
      }
    }
  }

  void divided(AttemptId attempt, long at, AttemptId rest, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk == null) {
      return;
    }
    IoChunk tail = new IoChunk(rest, chunk.assigned, chunk.job, new Interval(at, chunk.until));
    tail.process = chunk.process;
    tail.handed = true;
    chunk.until = at;
    chunk.assigned.attempts++;
    chunks.put(rest, tail);
    if (tail.process != null) {
      tail.process.chunks.add(tail);
    }
    held.divided(attempt, at, rest);
    reports.say(attempt, new Divided(attempt, at, rest), effects);
  }

  void ended(ProcessId id, ProcessEnd end, Effects effects) {
    IoProcess process = processes.remove(id);
    if (process == null) {
      return;
    }
    byKind.remove(process.kind, process);
    boolean shared = process.running() > 1;
    List<IoChunk> lost = new ArrayList<>(process.chunks);
    lost.sort(
        Comparator.comparing((IoChunk chunk) -> chunk.job.id)
            .thenComparing(chunk -> chunk.reportedUntil));
    for (IoChunk chunk : lost) {
      if (process.death == Death.DRAIN) {
        giveBack(chunk, effects);
      } else {
        long taken = chunk.handed ? chunk.until : chunk.reportedUntil;
        reports.say(
            chunk.attempt,
            new AttemptFailed(chunk.attempt, -1, taken, end.failure(), shared),
            effects);
      }
      remove(chunk, effects);
    }
  }

  private void giveBack(IoChunk chunk, Effects effects) {
    chunk.until = chunk.reportedUntil;
    held.cut(chunk.attempt, chunk.until);
    reports.say(chunk.attempt, new Retracted(chunk.attempt, chunk.until), effects);
  }

  private void remove(IoChunk chunk, Effects effects) {
    chunks.remove(chunk.attempt);
    held.ended(chunk.attempt);
    chunk.assigned.attempts--;
    if (chunk.assigned.attempts == 0 && !Chunk.large(chunk.assigned.assign).isEmpty()) {
      effects.releaseInputs(chunk.assigned.assign.attempt());
    }
    IoProcess process = chunk.process;
    if (process != null) {
      process.chunks.remove(chunk);
      restIfIdle(process, effects);
    }
  }

  // Processes that nobody needs

  private static void restIfIdle(IoProcess process, Effects effects) {
    if (process.up && process.death == null && process.chunks.isEmpty()) {
      process.rests++;
      effects.remind(process.id, process.rests);
    }
  }

  /** A process had nothing to do for a while, if it has not had anything since. */
  void idleForLong(ProcessId id, int rests, Effects effects) {
    IoProcess process = processes.get(id);
    if (process != null && process.chunks.isEmpty() && process.rests == rests) {
      kill(process, Death.UNWANTED, effects);
    }
  }

  private void kill(IoProcess process, Death death, Effects effects) {
    if (process.death == null) {
      process.death = death;
      byKind.remove(process.kind, process);
      effects.kill(process.id);
    }
  }

  // Drain

  /** What is not in a process goes back; what is may go on for a while. */
  void drain(Effects effects) {
    for (IoChunk chunk : List.copyOf(chunks.values())) {
      if (!chunk.handed) {
        giveBack(chunk, effects);
        remove(chunk, effects);
      }
    }
  }

  void drainTimeOver(Effects effects) {
    for (IoProcess process : List.copyOf(processes.values())) {
      kill(process, Death.DRAIN, effects);
    }
  }

  /** Another journal: nothing of all this is wanted. */
  void dropEverything(Effects effects) {
    for (IoProcess process : List.copyOf(processes.values())) {
      process.chunks.clear();
      kill(process, Death.UNWANTED, effects);
    }
    for (IoChunk chunk : List.copyOf(chunks.values())) {
      chunk.process = null;
      remove(chunk, effects);
    }
  }

  @Nullable Job jobOf(AttemptId attempt) {
    IoChunk chunk = chunks.get(attempt);
    return chunk == null ? null : chunk.job;
  }
}
