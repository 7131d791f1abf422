package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToWorker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The I/O processes of a simulated worker: one in which all tasks of all jobs run at once, and one
 * for the suspects of one job at a time.
 */
final class SimulatedIo {
  private static final long GATHERED_FOR = 5_000_000;
  private static final long PATIENCE = 50_000_000;

  private static final class Task {
    final long index;
    Run run;
    boolean over;
    long overAt;

    Task(long index, Run run) {
      this.index = index;
      this.run = run;
    }
  }

  /** An attempt of which something is here that is not durable. */
  private static final class Run {
    final AttemptId id;
    final JobId job;
    final long first;
    final int[] tries;
    final long triesFrom;
    final boolean alone;
    final TreeMap<Long, Task> tasks = new TreeMap<>();
    long until;
    long reported;
    long durableUntil;
    int kept;
    boolean live = true;
    boolean started;
    boolean flushing;
    @Nullable Process process;

    Run(AttemptId id, JobId job, Interval own, int[] tries, long triesFrom, boolean alone) {
      this.id = id;
      this.job = job;
      first = own.from();
      until = own.until();
      reported = own.from();
      durableUntil = own.from();
      this.tries = tries;
      this.triesFrom = triesFrom;
      this.alone = alone;
    }

    int tryOf(long index) {
      return tries.length == 0 ? 1 : tries[(int) (index - triesFrom)];
    }
  }

  private static final class Process {
    final List<Run> runs = new ArrayList<>();
    boolean up;
    boolean dead;
  }

  private final Simulation world;
  private final int limit;
  private final Consumer<ToCoordinator> say;
  private final Map<AttemptId, Run> held = new LinkedHashMap<>();
  private final Set<AttemptId> known = new HashSet<>();
  private final List<Run> later = new ArrayList<>();
  private Process shared = new Process();
  private Process apart = new Process();
  private boolean draining;
  boolean dead;

  SimulatedIo(Simulation world, int limit, Consumer<ToCoordinator> say) {
    this.world = world;
    this.limit = limit;
    this.say = say;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Whether it has, or had, this attempt. */
  boolean knew(AttemptId attempt) {
    return known.contains(attempt);
  }

  private void has(Run run) {
    if (!known.add(run.id)) {
      throw new AssertionError("there was an attempt " + run.id + " before");
    }
    held.put(run.id, run);
  }

  private List<Run> live() {
    return held.values().stream().filter(run -> run.live).toList();
  }

  // ---- what the coordinator says

  void assigned(ToWorker.Assign assign) {
    Interval interval = assign.interval();
    Run run =
        new Run(
            assign.attempt(),
            assign.job(),
            interval,
            assign.tries(),
            interval.from(),
            assign.alone());
    has(run);
    long here =
        live().stream()
            .filter(each -> world.isOut(each.id)) // else it is about to be revoked
            .mapToLong(each -> each.until - each.reported)
            .sum();
    if (here > limit) {
      throw new AssertionError(here + " I/O tasks on a worker that takes " + limit);
    }
    if (draining) {
      goesBack(run);
    } else if (run.alone) {
      later.add(run);
      runApart();
    } else {
      shared = runIn(shared, run);
    }
  }

  private void goesBack(Run run) {
    run.until = run.reported;
    says(run, new Retracted(run.id, run.until));
    over(run);
  }

  void revoked(AttemptId attempt) {
    Run run = held.remove(attempt);
    if (run != null) {
      run.kept = Integer.MAX_VALUE / 2;
      over(run);
    }
  }

  void drains() {
    draining = true;
    live().stream().filter(run -> !run.started).forEach(this::goesBack);
  }

  /** Its worker leaves and has no patience. */
  void killed() {
    for (Run run : live()) {
      Failure failure = Failure.of(FailureKind.LOST, "killed, because its worker leaves");
      says(run, new AttemptFailed(run.id, -1, run.until, failure, true));
      over(run);
    }
    shared = new Process();
    apart = new Process();
  }

  void durable(ToCoordinator item) {
    AttemptId attempt =
        item instanceof Outcomes outcomes
            ? outcomes.attempt()
            : item instanceof AttemptFailed failed
                ? failed.attempt()
                : item instanceof Retracted retracted
                    ? retracted.attempt()
                    : item instanceof Started started
                        ? started.attempt()
                        : item instanceof Divided divided ? divided.attempt() : null;
    Run run = attempt == null ? null : held.get(attempt);
    if (run != null) {
      run.kept--;
      if (item instanceof Outcomes outcomes) {
        run.durableUntil = Math.max(run.durableUntil, outcomes.interval().until());
      }
      forgetIfOver(run);
    }
  }

  /** All that is not durable: also what is over. */
  List<Claim> notDurable() {
    return held.values().stream()
        .filter(run -> run.durableUntil < run.until)
        .map(run -> claim(run, run.durableUntil))
        .toList();
  }

  List<Claim> notSaid() {
    return live().stream().map(run -> claim(run, run.reported)).toList();
  }

  private static Claim claim(Run run, long from) {
    return new Claim(run.id, run.job, new Interval(from, run.until), run.started);
  }

  // ---- processes

  private void runApart() {
    if (later.isEmpty() || (!apart.runs.isEmpty() && !isOf(apart, later.get(0).job))) {
      return;
    }
    Run run = later.remove(0);
    apart = runIn(apart, run);
    runApart();
  }

  private static boolean isOf(Process process, JobId job) {
    return process.runs.get(0).job.equals(job);
  }

  private Process runIn(Process old, Run run) {
    Process process = old.dead || old.runs.isEmpty() ? new Process() : old;
    boolean begins = process.runs.isEmpty();
    process.runs.add(run);
    run.process = process;
    if (process.up) {
      starts(run);
    } else if (begins) {
      world.after(
          world.upTo(60_000_000),
          () -> {
            if (dead || process.dead) {
              return;
            }
            process.up = true;
            if (world.mayFault() && world.chance(0.01)) {
              dies(process, FailureKind.CRASH);
            } else {
              List.copyOf(process.runs).forEach(this::starts);
            }
          });
    }
    return process;
  }

  private void starts(Run run) {
    Process process = run.process;
    if (process == null || process.dead || !run.live) {
      return;
    }
    run.started = true;
    says(run, new Started(run.id));
    SimulatedProgram program = world.programOf(run.job);
    for (long index = run.reported; index < run.until; index++) {
      Task task = new Task(index, run);
      run.tasks.put(index, task);
      world.after(program.nanos(index), () -> ends(process, task));
    }
    if (unreported(process, run.job) > program.bears) {
      world.after(1_000, () -> dies(process, FailureKind.MEMORY));
    }
  }

  private static long unreported(Process process, @Nullable JobId job) {
    return process.runs.stream()
        .filter(run -> job == null || run.job.equals(job))
        .mapToLong(run -> run.until - run.reported)
        .sum();
  }

  private void ends(Process process, Task task) {
    if (dead || process.dead || task.over || !task.run.live) {
      return;
    }
    SimulatedProgram program = world.programOf(task.run.job);
    boolean kills = program.of(task.index) == SimulatedProgram.Behaviour.KILLS;
    if (kills || (world.mayFault() && world.chance(0.0005))) {
      dies(process, FailureKind.CRASH);
      return;
    }
    task.over = true;
    task.overAt = world.nanos();
    flushIn(task.run, GATHERED_FOR);
  }

  private void dies(Process process, FailureKind kind) {
    if (dead || process.dead) {
      return;
    }
    process.dead = true;
    boolean several = unreported(process, null) > 1;
    List<Run> runs = new ArrayList<>(process.runs);
    runs.sort(Comparator.comparing((Run run) -> run.job).thenComparing(run -> run.reported));
    for (Run run : runs) {
      long taken = run.started ? run.until : run.reported;
      says(run, new AttemptFailed(run.id, -1, taken, Failure.of(kind, "died"), several));
      over(run);
    }
  }

  private void over(Run run) {
    run.live = false;
    later.remove(run);
    Process process = run.process;
    if (process != null) {
      process.runs.remove(run);
    }
    forgetIfOver(run);
    runApart();
  }

  private void forgetIfOver(Run run) {
    if (!run.live && run.kept == 0) {
      held.remove(run.id);
    }
  }

  // ---- reports

  private void says(Run run, ToCoordinator item) {
    run.kept++;
    say.accept(item);
  }

  private void flushIn(Run run, long nanos) {
    if (!run.flushing) {
      run.flushing = true;
      world.after(
          nanos,
          () -> {
            run.flushing = false;
            if (!dead && run.live) {
              flush(run);
            }
          });
    }
  }

  private void flush(Run run) {
    long until = run.reported;
    while (until < run.until && run.tasks.get(until).over) {
      until++;
    }
    if (until > run.reported) {
      SimulatedProgram program = world.programOf(run.job);
      Interval interval = new Interval(run.reported, until);
      run.tasks.headMap(until).clear();
      run.reported = until;
      says(run, program.outcomes(run.id, interval, run::tryOf));
    }
    if (run.reported == run.until) {
      over(run);
      return;
    }
    long waits = Long.MAX_VALUE;
    for (Task task : run.tasks.values()) {
      if (task.over) {
        waits = Math.min(waits, task.overAt);
      }
    }
    if (waits == Long.MAX_VALUE) {
      return;
    }
    long due = waits + PATIENCE - world.nanos();
    if (due > 0) {
      flushIn(run, due);
      return;
    }
    long at = run.reported + 1;
    while (!run.tasks.get(at).over) {
      at++;
    }
    flush(divided(run, at));
  }

  private Run divided(Run run, long at) {
    AttemptId id = run.id.plus(at - run.first);
    Interval tail = new Interval(at, run.until);
    Run rest = new Run(id, run.job, tail, run.tries, run.triesFrom, run.alone);
    rest.started = true;
    rest.process = run.process;
    rest.tasks.putAll(run.tasks.tailMap(at));
    rest.tasks.values().forEach(task -> task.run = rest);
    run.tasks.tailMap(at).clear();
    run.until = at;
    has(rest);
    if (rest.process != null) {
      rest.process.runs.add(rest);
    }
    says(run, new Divided(run.id, at, id));
    return rest;
  }

  @Override
  public String toString() {
    return "I/O " + live().stream().map(run -> claim(run, run.reported)).toList();
  }
}
