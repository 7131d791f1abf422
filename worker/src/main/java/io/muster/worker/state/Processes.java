package io.muster.worker.state;

import io.muster.protocol.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The task processes: at most slots + 2 for chunks, kept warm within a job, one of them blank while
 * a slot is free, so that a job's first chunk need not wait for a start. Those of steps come on
 * top. Of a job that is over, some are kept for a while, cleared of it, for the next job of the
 * same code.
 */
final class Processes {
  /** How long a process that is cleared of its job waits for another of the same code. */
  static final Duration KEPT_CLEARED = Duration.ofSeconds(30);

  private static final int BEYOND_SLOTS = 2;

  /** A spare that dies so often in a row is not started again until some process gets further. */
  private static final int MOST_SPARE_DEATHS = 3;

  private final int slots;
  private final ProcessNeeds plain;

  /** Those used last stand last. */
  private final Map<ProcessId, Process> processes = new LinkedHashMap<>();

  private long lastNumber;
  private int spareDeaths;

  Processes(int slots, long taskMemory) {
    this.slots = slots;
    this.plain = ProcessNeeds.plain(taskMemory);
  }

  @Nullable Process get(ProcessId id) {
    return processes.get(id);
  }

  /** That process, unless it is gone or being killed. */
  @Nullable Process living(ProcessId id) {
    Process process = processes.get(id);
    return process == null || process.death != null ? null : process;
  }

  int size() {
    return processes.size();
  }

  Collection<Process> all() {
    return List.copyOf(processes.values());
  }

  /** A process for a chunk of this job: a warm one, a blank one, or a new one. */
  Process forChunk(Job job, Effects effects) {
    Process found = warm(job.id);
    if (found == null) {
      found = cleared(job);
    }
    if (found == null) {
      found = blank(job.needs);
    }
    if (found == null) {
      makeRoom(effects);
      found = start(job.needs, effects);
    }
    use(found);
    return found;
  }

  /**
   * A process for a step: one that has nothing to do, cleared of what it did, or one beside those
   * for chunks. It takes no slot, and as long as it has the step a chunk finds another one.
   */
  Process forStep(Job job, Effects effects) {
    Process found = cleared(job);
    if (found == null && job.code != null) {
      found = idle(job.id);
      if (found != null) {
        clear(found, job.code, effects);
      }
    }
    if (found == null) {
      found = blank(job.needs);
    }
    return found == null ? start(job.needs, effects) : found;
  }

  /** One that has run nothing yet. */
  Process unused(Job job, Effects effects) {
    Process found = blank(job.needs);
    return found == null ? start(job.needs, effects) : found;
  }

  /** Its step has succeeded: it may be of use, where there is room for it, cleared of it. */
  void stepOver(Process process, Job job, boolean draining, Effects effects) {
    process.step = null;
    effects.endStep(process.id);
    if (!draining && job.code != null && forChunks() <= slots + BEYOND_SLOTS) {
      clear(process, job.code, effects);
    } else {
      kill(process, Death.UNWANTED, effects);
    }
  }

  private static void clear(Process process, Code code, Effects effects) {
    process.job = null;
    process.code = code;
    process.stage = Process.Stage.UNLOADING;
    effects.unload(process.id);
  }

  /** Has it load the program of what it is to run, once it is up. */
  void loadIfWanted(Process process, Effects effects) {
    Job job =
        process.chunk != null ? process.chunk.job : process.step != null ? process.step.job : null;
    if (job != null && process.stage == Process.Stage.BLANK) {
      process.code = null;
      process.job = job.id;
      process.jobs++;
      process.stage = Process.Stage.LOADING;
      effects.load(process.id, job.id, job.spec);
    }
  }

  /** Keeps one blank process in reserve, where there is room. */
  void keepSpare(Effects effects) {
    if (blank(plain) == null
        && spareDeaths < MOST_SPARE_DEATHS
        && forChunks() < slots + BEYOND_SLOTS) {
      start(plain, effects);
    }
  }

  void wentWell() {
    spareDeaths = 0;
  }

  /** Removes one that is gone. */
  void ended(Process process) {
    processes.remove(process.id);
    if (process.isFree() && process.isBlank()) {
      spareDeaths++;
    }
  }

  void kill(Process process, Death death, Effects effects) {
    if (process.death == null) {
      process.death = death;
      effects.kill(process.id);
    }
  }

  /**
   * Clears the idle processes of a job that is over, or ends them.
   *
   * @param code null: another job can't have it in common
   */
  void jobOver(JobId job, @Nullable Code code, Effects effects) {
    for (Process process : all()) {
      if (process.isFree() && job.equals(process.job)) {
        if (code != null && process.stage == Process.Stage.IDLE && cleared() < slots) {
          clear(process, code, effects);
        } else {
          kill(process, Death.UNWANTED, effects);
        }
      }
    }
  }

  /** Ends those that have nothing to do. */
  void endIdle(Effects effects) {
    for (Process process : all()) {
      if (process.isFree()) {
        kill(process, Death.UNWANTED, effects);
      }
    }
  }

  /** Ends all; what they have is not wanted. */
  void dropEverything(Effects effects) {
    for (Process process : all()) {
      process.chunk = null;
      process.step = null;
      kill(process, Death.UNWANTED, effects);
    }
  }

  private long cleared() {
    return processes.values().stream().filter(p -> p.isFree() && p.code != null).count();
  }

  private @Nullable Process cleared(Job job) {
    for (Process process : processes.values()) {
      if (process.isFree()
          && process.stage == Process.Stage.BLANK
          && process.code != null
          && process.code.equals(job.code)
          && process.needs.equals(job.needs)) {
        process.code = null;
        return process;
      }
    }
    return null;
  }

  private @Nullable Process warm(JobId job) {
    Process last = null;
    for (Process process : processes.values()) {
      if (process.isFree() && job.equals(process.job)) {
        last = process;
      }
    }
    return last;
  }

  private @Nullable Process idle(JobId job) {
    for (Process process : processes.values()) {
      if (process.isFree() && process.stage == Process.Stage.IDLE && job.equals(process.job)) {
        return process;
      }
    }
    return null;
  }

  private @Nullable Process blank(ProcessNeeds needs) {
    for (Process process : processes.values()) {
      if (process.isFree() && process.isBlank() && process.needs.equals(needs)) {
        return process;
      }
    }
    return null;
  }

  /** Ends the one that was idle for longest, if there are as many as there may be. */
  private void makeRoom(Effects effects) {
    if (forChunks() < slots + BEYOND_SLOTS) {
      return;
    }
    for (Process process : processes.values()) {
      if (process.isFree() && !process.isBlank()) {
        kill(process, Death.UNWANTED, effects);
        return;
      }
    }
    for (Process process : processes.values()) {
      if (process.isFree()) {
        kill(process, Death.UNWANTED, effects);
        return;
      }
    }
  }

  private long forChunks() {
    return processes.values().stream().filter(p -> p.step == null && p.death == null).count();
  }

  /** The next number for a process, of whatever sort. */
  long nextNumber() {
    return ++lastNumber;
  }

  private Process start(ProcessNeeds needs, Effects effects) {
    Process process = new Process(new ProcessId(nextNumber()), needs);
    processes.put(process.id, process);
    effects.start(process.id, needs);
    return process;
  }

  private void use(Process process) {
    processes.remove(process.id);
    processes.put(process.id, process);
  }
}
