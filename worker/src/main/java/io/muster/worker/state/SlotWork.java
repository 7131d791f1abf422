package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToWorker.Assign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that take slots. They wait in the order of their arrival; one that is ready takes as
 * many slots as its job's memory needs and a process that is warm, blank or new. A chunk that goes
 * away (revoked, failed) frees its slots when its process is gone, not before.
 */
final class SlotWork {
  private final int slots;
  private final Processes processes;
  private final Held held;
  private final Reports reports;
  private final Map<AttemptId, Chunk> chunks = new LinkedHashMap<>();

  SlotWork(int slots, Processes processes, Held held, Reports reports) {
    this.slots = slots;
    this.processes = processes;
    this.held = held;
    this.reports = reports;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  boolean uses(Job job) {
    return chunks.values().stream().anyMatch(chunk -> chunk.job == job);
  }

  /** Attempts of this job. */
  List<AttemptId> attemptsOf(Job job) {
    return chunks.entrySet().stream()
        .filter(chunk -> chunk.getValue().job == job)
        .map(Map.Entry::getKey)
        .toList();
  }

  int busySlots() {
    return chunks.values().stream()
        .filter(chunk -> chunk.process != null)
        .mapToInt(chunk -> chunk.job.weight)
        .sum();
  }

  boolean hasFreeSlot() {
    return busySlots() < slots;
  }

  /** Whether a process that runs may soon have run as many tasks as it may. */
  boolean wearsProcessesOut() {
    return chunks.values().stream().anyMatch(chunk -> chunk.job.tasksPerProcess > 0);
  }

  int waiting() {
    return (int) chunks.values().stream().filter(chunk -> chunk.process == null).count();
  }

  // What the coordinator says

  void assigned(Assign assign, Job job, Effects effects) {
    Chunk chunk = new Chunk(assign, job);
    chunks.put(assign.attempt(), chunk);
    if (!chunk.inputsThere) {
      effects.fetchInputs(chunk.attempt(), chunk.largeInputs());
    }
  }

  void retractAsked(AttemptId attempt, int keepPermille, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk != null) {
      cut(chunk, keepPermille, effects);
    }
  }

  void stopAsked(AttemptId attempt, long index, boolean onlyWaiting, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk == null
        || !held.has(attempt)
        || index < chunk.reportedUntil
        || index >= chunk.until) {
      return; // it is over, or not here
    }
    Process process = chunk.process;
    long offset = index - chunk.from();
    long taken = chunk.handed && process != null ? effects.stopAt(process.id, offset) : 0;
    if (taken <= offset) {
      cutAt(chunk, index, effects);
    } else if (taken == offset + 1 && process != null) {
      if (chunk.until > index + 1) {
        cutAt(chunk, index + 1, effects);
      }
      if (!onlyWaiting) {
        processes.kill(process, Death.STOPPED, effects);
      }
    }
  }

  void revoked(AttemptId attempt, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk == null) {
      return;
    }
    Process process = chunk.process;
    if (process == null) {
      remove(chunk, effects);
    } else {
      processes.kill(process, Death.UNWANTED, effects);
    }
  }

  void filesMissing(Job job, Failure failure, Effects effects) {
    for (Chunk chunk : List.copyOf(chunks.values())) {
      if (chunk.job == job && chunk.process == null) {
        failWaiting(chunk, failure, effects);
      }
    }
  }

  void inputsThere(AttemptId attempt) {
    Chunk chunk = chunks.get(attempt);
    if (chunk != null) {
      chunk.inputsThere = true;
    }
  }

  void inputsMissing(AttemptId attempt, Failure failure, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk != null && chunk.process == null) {
      long suspect = chunk.from() + Chunk.firstLarge(chunk.assign);
      reports.say(attempt, new AttemptFailed(attempt, suspect, suspect + 1, failure), effects);
      remove(chunk, effects);
    }
  }

  /** Gives back what waits; what runs may go on. */
  void drain(Effects effects) {
    for (Chunk chunk : List.copyOf(chunks.values())) {
      cut(chunk, 0, effects);
    }
  }

  /** Another journal: nothing of all this is wanted. */
  void dropEverything(Effects effects) {
    for (Chunk chunk : List.copyOf(chunks.values())) {
      remove(chunk, effects);
    }
  }

  // How chunks come to run

  /** Has those that are ready run, as far as there are slots. */
  void dispatch(Effects effects) {
    int free = slots - busySlots();
    for (Chunk chunk : new ArrayList<>(chunks.values())) {
      if (chunk.process != null || !chunk.inputsThere || chunk.job.files != Job.Files.THERE) {
        continue;
      }
      int needed = Math.min(chunk.job.weight, slots);
      if (needed > free) {
        break;
      }
      free -= needed;
      Process process = processes.forChunk(chunk.job, effects);
      process.chunk = chunk;
      chunk.process = process;
      if (process.stage == Process.Stage.IDLE) {
        handOver(process, chunk, effects);
      } else {
        processes.loadIfWanted(process, effects);
      }
    }
  }

  void handOver(Process process, Chunk chunk, Effects effects) {
    long most = chunk.job.tasksPerProcess;
    if (most > 0 && process.ran + chunk.interval().size() > most) {
      cutAt(chunk, chunk.from() + most - process.ran, effects); // the rest is for the next process
    }
    process.stage = Process.Stage.BUSY;
    chunk.handed = true;
    held.started(chunk.attempt());
    reports.say(chunk.attempt(), new Started(chunk.attempt()), effects);
    effects.run(process.id, chunk.attempt(), chunk.interval(), chunk.inputs(), chunk.tries());
  }

  // What processes say

  void reported(Outcomes outcomes, Effects effects) {
    Chunk chunk = chunks.get(outcomes.attempt());
    if (chunk != null && held.has(outcomes.attempt())) {
      chunk.reportedUntil = outcomes.interval().until();
      reports.say(outcomes.attempt(), outcomes, effects);
    }
  }

  /** Returns the chunk that is over now, if it is the one that this process has. */
  @Nullable Chunk ended(Process process, AttemptId attempt, Effects effects) {
    Chunk chunk = chunks.get(attempt);
    if (chunk == null || chunk.process != process || process.death != null) {
      return null;
    }
    process.chunk = null;
    process.stage = Process.Stage.IDLE;
    process.ran += chunk.until - chunk.from();
    remove(chunk, effects);
    if (chunk.job.tasksPerProcess > 0 && process.ran >= chunk.job.tasksPerProcess) {
      processes.kill(process, Death.UNWANTED, effects);
    }
    return chunk;
  }

  /** The chunk's process is gone. */
  void lost(Process process, Chunk chunk, ProcessEnd end, Effects effects) {
    AttemptId attempt = chunk.attempt();
    boolean wanted = held.has(attempt) && process.death != Death.UNWANTED;
    long taken = chunk.handed ? chunk.from() + end.taken() : chunk.from();
    boolean allReported = taken <= chunk.reportedUntil;
    if (wanted && process.loadFailure != null) {
      reports.say(
          attempt, new AttemptFailed(attempt, -1, chunk.from(), process.loadFailure), effects);
    } else if (wanted
        && (process.death == Death.DRAIN
            || process.death == Death.STOPPED
            || (process.death == Death.TIMEOUT && allReported))) {
      reports.giveBack(attempt, chunk.reportedUntil, effects);
    } else if (wanted && chunk.reportedUntil < chunk.until) {
      long suspect = allReported || takesManyAtOnce(chunk.job) ? -1 : taken - 1;
      Failure failure = process.death == Death.TIMEOUT ? timeout(chunk.job.spec) : end.failure();
      reports.say(
          attempt,
          new AttemptFailed(attempt, suspect, Math.max(taken, chunk.reportedUntil), failure),
          effects);
    }
    remove(chunk, effects);
  }

  private static Failure timeout(JobSpec spec) {
    Duration timeout = spec.policy().timeout();
    String seconds = timeout == null ? "nothing" : timeout.toMillis() / 1000.0 + " s";
    return Failure.of(FailureKind.TIMEOUT, "ran longer than its time-out of " + seconds);
  }

  private static boolean takesManyAtOnce(Job job) {
    return job.spec.program() instanceof Program.Java java
        && java.shape() == Program.Shape.COMBINING_RANGE;
  }

  /** Takes back the chunk's tail, all of it when it is with no process yet and nothing is kept. */
  private void cut(Chunk chunk, int keepPermille, Effects effects) {
    Process process = chunk.process;
    if (!held.has(chunk.attempt())) {
      return;
    }
    long kept =
        chunk.handed && process != null
            ? effects.retract(process.id, keepPermille)
            : ((chunk.until - chunk.from()) * keepPermille + 999) / 1000;
    cutAt(chunk, chunk.from() + kept, effects);
  }

  private void cutAt(Chunk chunk, long until, Effects effects) {
    Process process = chunk.process;
    chunk.until = until;
    held.cut(chunk.attempt(), chunk.until);
    reports.say(chunk.attempt(), new Retracted(chunk.attempt(), chunk.until), effects);
    if (!chunk.handed && chunk.until == chunk.from()) {
      if (process != null) {
        process.chunk = null;
      }
      remove(chunk, effects);
    }
  }

  private void failWaiting(Chunk chunk, Failure failure, Effects effects) {
    AttemptId attempt = chunk.attempt();
    reports.say(attempt, new AttemptFailed(attempt, -1, chunk.from(), failure), effects);
    remove(chunk, effects);
  }

  private void remove(Chunk chunk, Effects effects) {
    chunks.remove(chunk.attempt());
    held.ended(chunk.attempt());
    if (!chunk.largeInputs().isEmpty()) {
      effects.releaseInputs(chunk.attempt());
    }
  }
}
