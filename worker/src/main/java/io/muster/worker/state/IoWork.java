package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToWorker.Assign;
import java.time.Duration;
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
  /** How long a process stays that has nothing to do. */
  private static final Duration KEPT_IDLE = Duration.ofSeconds(60);

  private final Held held;
  private final Reports reports;
  private final LongSupplier processNumbers;
  private final Map<AttemptId, IoChunk> chunks = new LinkedHashMap<>();
  private final Map<ProcessId, IoProcess> processes = new LinkedHashMap<>();

  /** Those that take more. */
  private final Map<IoProcess.Kind, IoProcess> byKind = new HashMap<>();

  private long tasks;

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

  @Nullable Job jobOf(AttemptId attempt) {
    IoChunk chunk = chunks.get(attempt);
    return chunk == null ? null : chunk.job;
  }

  /** The attempt as it was assigned. */
  AttemptId assignmentOf(AttemptId attempt) {
    IoChunk chunk = chunks.get(attempt);
    return chunk == null ? attempt : chunk.assignment();
  }

  /** Attempts of this job. */
  List<AttemptId> attemptsOf(Job job) {
    return chunks.values().stream()
        .filter(chunk -> chunk.job == job)
        .map(chunk -> chunk.attempt)
        .toList();
  }

  /** Tasks that are here and have not been reported. */
  long tasks() {
    return tasks;
  }

  int processes() {
    return processes.size();
  }

  // What the coordinator says

  void assigned(Assign assign, Job job, Effects effects) {
    IoChunk.Assigned assigned = new IoChunk.Assigned(assign);
    IoChunk chunk = new IoChunk(assign.attempt(), assigned, job, assign.interval());
    chunks.put(chunk.attempt, chunk);
    tasks += chunk.unreported();
    if (!assigned.inputsThere) {
      effects.fetchInputs(chunk.attempt, Chunk.large(assign));
    }
    dispatch(chunk, effects);
  }

  void revoked(AttemptId attempt, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null) {
      if (chunk.handed && chunk.process != null) {
        effects.drop(chunk.process.id, chunk.job.id, attempt);
      }
      remove(chunk, effects);
    }
  }

  void stopAsked(AttemptId attempt, long index, boolean onlyWaiting, Effects effects) {
    for (AttemptId each : held.withRests(attempt)) {
      IoChunk chunk = chunks.get(each);
      if (chunk != null && chunk.isToReport(index)) {
        if (chunk.handed && chunk.process != null) {
          effects.stopTask(chunk.process.id, chunk.job.id, index, onlyWaiting);
        } else {
          chunk.unwanted.add(index);
        }
      }
    }
  }

  /** Nothing more of this job comes: its program is forgotten. */
  void jobOver(JobId job, Effects effects) {
    for (IoProcess process : List.copyOf(processes.values())) {
      if (process.programs.remove(job) != null && process.death == null) {
        effects.unload(process.id, job);
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
      Assign assign = chunk.assigned.assign;
      long suspect = assign.interval().from() + Chunk.firstLarge(assign);
      say(chunk, new AttemptFailed(attempt, suspect, suspect + 1, failure), effects);
      remove(chunk, effects);
    }
  }

  private void failWaiting(IoChunk chunk, Failure failure, Effects effects) {
    say(chunk, new AttemptFailed(chunk.attempt, -1, chunk.reportedUntil, failure), effects);
    remove(chunk, effects);
  }

  // How they come to run

  private void dispatch(IoChunk chunk, Effects effects) {
    if (!chunk.isReady()) {
      return;
    }
    IoProcess process = byKind.get(IoProcess.Kind.of(chunk));
    if (process == null) {
      process = start(IoProcess.Kind.of(chunk), effects);
    }
    chunk.process = process;
    process.chunks.add(chunk);
    if (process.up) {
      loadOrHandOver(process, chunk, effects);
    }
  }

  private IoProcess start(IoProcess.Kind kind, Effects effects) {
    IoProcess process = new IoProcess(new ProcessId(processNumbers.getAsLong()), kind);
    processes.put(process.id, process);
    byKind.put(kind, process);
    effects.start(process.id, kind.needs());
    return process;
  }

  void started(ProcessId id, Effects effects) {
    IoProcess process = living(id);
    if (process != null) {
      process.up = true;
      process.chunks.forEach(chunk -> loadOrHandOver(process, chunk, effects));
      restIfIdle(process, effects);
    }
  }

  private void loadOrHandOver(IoProcess process, IoChunk chunk, Effects effects) {
    IoProcess.Program program = process.programs.get(chunk.job.id);
    if (program == null) {
      process.programs.put(chunk.job.id, IoProcess.Program.LOADING);
      effects.load(process.id, chunk.job.id, chunk.job.spec);
    } else if (program == IoProcess.Program.LOADED) {
      handOver(process, chunk, effects);
    }
  }

  void loaded(ProcessId id, JobId job, Effects effects) {
    IoProcess process = living(id);
    if (process != null
        && process.programs.replace(job, IoProcess.Program.LOADING, IoProcess.Program.LOADED)) {
      for (IoChunk chunk : process.chunks) {
        if (chunk.job.id.equals(job)) {
          handOver(process, chunk, effects);
        }
      }
    }
  }

  private void handOver(IoProcess process, IoChunk chunk, Effects effects) {
    chunk.handed = true;
    held.started(chunk.attempt);
    if (!isPaced(chunk)) {
      say(chunk, new Started(chunk.attempt), effects);
    }
    effects.runIo(process.id, chunk.job.id, chunk.assigned.assign);
    chunk.unwanted.forEach(index -> effects.stopTask(process.id, chunk.job.id, index, false));
    chunk.unwanted.clear();
  }

  /**
   * A job with a rate is sent nothing more here before this is known: what gathers in a process
   * that can't keep up for a moment would begin all at once.
   */
  private static boolean isPaced(IoChunk chunk) {
    return chunk.job.spec.policy().hasRate();
  }

  void begun(AttemptId attempt, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk != null && isPaced(chunk)) {
      say(chunk, new Started(attempt), effects);
    }
  }

  void loadFailed(ProcessId id, JobId job, Failure failure, Effects effects) {
    IoProcess process = living(id);
    if (process != null && process.programs.remove(job, IoProcess.Program.LOADING)) {
      for (IoChunk chunk : List.copyOf(process.chunks)) {
        if (chunk.job.id.equals(job)) {
          failWaiting(chunk, failure, effects);
        }
      }
    }
  }

  // What processes say

  void reported(Outcomes outcomes, Effects effects) {
    IoChunk chunk = chunks.get(outcomes.attempt());
    if (chunk != null) {
      chunk.reportedUntil = outcomes.interval().until();
      tasks -= outcomes.interval().size();
      say(chunk, outcomes, effects);
      if (chunk.unreported() == 0) {
        remove(chunk, effects);
      }
    }
  }

  void divided(
      ProcessId id, JobId job, AttemptId attempt, long at, AttemptId rest, Effects effects) {
    IoChunk chunk = chunks.get(attempt);
    if (chunk == null) {
      effects.drop(id, job, rest); // the attempt was revoked while the process said this
      return;
    }
    IoChunk tail = chunk.divideAt(at, rest);
    chunks.put(rest, tail);
    if (tail.process != null) {
      tail.process.chunks.add(tail);
    }
    held.divided(attempt, at, rest);
    say(chunk, new Divided(attempt, at, rest), effects);
  }

  /** The only job that a process has; null if it has none, or several. */
  @Nullable JobId onlyJobIn(ProcessId id) {
    IoProcess process = processes.get(id);
    return process == null || process.programs.size() != 1
        ? null
        : process.programs.keySet().iterator().next();
  }

  void ended(ProcessId id, ProcessEnd end, Effects effects) {
    IoProcess process = processes.remove(id);
    if (process == null) {
      return;
    }
    byKind.remove(process.kind, process);
    long running = process.running();
    boolean shared = running > 1 || (running > 0 && process.isLoading());
    List<IoChunk> lost =
        process.chunks.stream()
            .sorted(
                Comparator.comparing((IoChunk chunk) -> chunk.job.id)
                    .thenComparing(chunk -> chunk.reportedUntil))
            .toList();
    for (IoChunk chunk : lost) {
      chunk.process = null;
      if (process.death == Death.DRAIN) {
        giveBack(chunk, effects);
      } else if (!chunk.handed && running > 0 && process.kind.apart() == null) {
        // It may be others' fault, or its program's, which loads where it harms nobody now.
        chunk.apart = true;
        dispatch(chunk, effects);
      } else {
        long taken = chunk.handed ? chunk.until : chunk.reportedUntil;
        say(chunk, new AttemptFailed(chunk.attempt, -1, taken, end.failure(), shared), effects);
        remove(chunk, effects);
      }
    }
  }

  private void giveBack(IoChunk chunk, Effects effects) {
    held.cut(chunk.attempt, chunk.reportedUntil);
    say(chunk, new Retracted(chunk.attempt, chunk.reportedUntil), effects);
    remove(chunk, effects);
  }

  private void say(IoChunk chunk, ToCoordinator item, Effects effects) {
    reports.say(chunk.assignment(), item, effects);
  }

  private void remove(IoChunk chunk, Effects effects) {
    chunks.remove(chunk.attempt);
    tasks -= chunk.unreported();
    held.ended(chunk.attempt);
    chunk.assigned.attempts--;
    if (chunk.assigned.attempts == 0 && !Chunk.large(chunk.assigned.assign).isEmpty()) {
      effects.releaseInputs(chunk.assignment());
    }
    IoProcess process = chunk.process;
    if (process != null) {
      process.chunks.remove(chunk);
      restIfIdle(process, effects);
    }
  }

  // Processes that nobody needs

  private static void restIfIdle(IoProcess process, Effects effects) {
    if (process.up
        && process.death == null
        && process.chunks.isEmpty()
        && !process.kind.isEverybodys()) {
      process.rests++;
      effects.remind(process.id, process.rests, KEPT_IDLE);
    }
  }

  void idleForLong(ProcessId id, int rests, Effects effects) {
    IoProcess process = living(id);
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

  private @Nullable IoProcess living(ProcessId id) {
    IoProcess process = processes.get(id);
    return process == null || process.death != null ? null : process;
  }

  // Drain

  /** What is not in a process goes back; what is may go on for a while. */
  void drain(Effects effects) {
    for (IoChunk chunk : List.copyOf(chunks.values())) {
      if (!chunk.handed) {
        giveBack(chunk, effects);
      }
    }
    for (IoProcess process : List.copyOf(processes.values())) {
      if (process.chunks.isEmpty()) {
        kill(process, Death.UNWANTED, effects);
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
}
