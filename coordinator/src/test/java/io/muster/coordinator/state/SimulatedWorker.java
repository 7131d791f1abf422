package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A worker process in the simulation: obeys, runs, keeps what is not durable yet. */
final class SimulatedWorker {
  private static final long TASK_MEMORY = 256L << 20;

  /** A chunk or step that it has. */
  private final class Run {
    final AttemptId id;
    final JobId job;
    final ToWorker.@Nullable Step step;
    final int[] tries;
    final long from;
    long until;
    long taken;
    long reported;
    boolean started;
    int generation;
    final List<Long> ended = new ArrayList<>();

    Run(AttemptId id, JobId job, ToWorker.@Nullable Step step, Interval interval, int[] tries) {
      this.id = id;
      this.job = job;
      this.step = step;
      this.tries = tries;
      from = interval.from();
      until = interval.until();
      taken = from;
      reported = from;
    }

    int tryOf(long index) {
      return tries.length == 0 ? 1 : tries[(int) (index - from)];
    }
  }

  private final Simulation world;
  final String incarnation;
  final int slots;
  private final Map<String, String> labels;
  private final Map<AttemptId, Run> runs = new LinkedHashMap<>();
  private final List<ToCoordinator> undurable = new ArrayList<>();
  private final int ioLimit;
  private final SimulatedIo io;
  private int usedSlots;
  private long epochSeen;
  private boolean draining;
  private boolean dead;
  @Nullable WorkerId id;
  @Nullable SimulatedLink<ToCoordinator> out;
  @Nullable SimulatedLink<ToWorker> in;

  SimulatedWorker(
      Simulation world, String incarnation, int slots, int ioLimit, Map<String, String> labels) {
    this.world = world;
    this.ioLimit = ioLimit;
    io = new SimulatedIo(world, ioLimit, this::say);
    this.incarnation = incarnation;
    this.slots = slots;
    this.labels = labels;
    world.after(5_000_000_000L, this::holding);
  }

  boolean isDead() {
    return dead;
  }

  void dies() {
    dead = true;
    io.dead = true;
  }

  Registration registration() {
    List<Claim> claims = new ArrayList<>();
    Map<AttemptId, Claim> byAttempt = new LinkedHashMap<>();
    for (ToCoordinator item : undurable) {
      boolean ofIo = item instanceof Outcomes o && io.knew(o.attempt());
      if (item instanceof Outcomes o && !ofIo && !byAttempt.containsKey(o.attempt())) {
        Run run = runs.get(o.attempt());
        long until = run == null ? lastReported(o.attempt()) : run.until;
        Interval interval = new Interval(o.interval().from(), until);
        byAttempt.put(
            o.attempt(), new Claim(o.attempt(), world.jobOf(o.attempt()), interval, true));
      } else if (item instanceof ToCoordinator.StepSucceeded s) {
        byAttempt.put(
            s.attempt(),
            new Claim(s.attempt(), world.jobOf(s.attempt()), new Interval(0, 1), true));
      }
    }
    for (Run run : runs.values()) {
      Interval interval = new Interval(run.reported, Math.max(run.reported + 1, run.until));
      byAttempt.putIfAbsent(run.id, new Claim(run.id, run.job, interval, run.started));
    }
    claims.addAll(byAttempt.values());
    claims.addAll(io.notDurable());
    world.shuffle(claims);
    return new Registration(
        incarnation,
        id,
        Bench.JOURNAL,
        "host",
        slots,
        ioLimit,
        TASK_MEMORY,
        labels,
        "0.1.0",
        Registration.PROTOCOL_VERSION,
        Set.of(),
        draining,
        claims);
  }

  private long lastReported(AttemptId attempt) {
    long last = 0;
    for (ToCoordinator item : undurable) {
      if (item instanceof Outcomes o && o.attempt().equals(attempt)) {
        last = o.interval().until();
      }
    }
    return last;
  }

  void welcomed(RegistrationReply.Welcome welcome, SimulatedLink<ToCoordinator> link) {
    id = welcome.id();
    epochSeen = Math.max(epochSeen, welcome.epoch());
    out = link;
    undurable.forEach(link::send);
    link.send(held());
  }

  void durable(ToCoordinator item) {
    for (int k = 0; k < undurable.size(); k++) {
      if (undurable.get(k) == item) {
        undurable.remove(k);
        io.durable(item);
        return;
      }
    }
  }

  private ToCoordinator.Holding held() {
    List<Claim> claims = new ArrayList<>();
    for (Run run : runs.values()) {
      Interval interval = new Interval(run.reported, Math.max(run.reported + 1, run.until));
      claims.add(new Claim(run.id, run.job, interval, run.started));
    }
    claims.addAll(io.notSaid());
    return new ToCoordinator.Holding(claims);
  }

  private void holding() {
    if (!dead) {
      if (out != null) {
        out.send(held());
      }
      world.after(5_000_000_000L, this::holding);
    }
  }

  private void say(ToCoordinator item) {
    undurable.add(item);
    if (out != null) {
      out.send(item);
    }
  }

  void told(ToWorker item) {
    if (dead) {
      return;
    }
    if (item instanceof ToWorker.Assign assign && world.programOf(assign.job()).isIo()) {
      io.assigned(assign);
    } else if (item instanceof ToWorker.Assign assign) {
      Run run = new Run(assign.attempt(), assign.job(), null, assign.interval(), assign.tries());
      runs.put(run.id, run);
      if (draining) {
        cut(run, run.from);
      }
      startMore();
    } else if (item instanceof ToWorker.RunStep step) {
      Run run = new Run(step.attempt(), step.job(), step.step(), new Interval(0, 1), new int[0]);
      runs.put(run.id, run);
      run.started = true;
      say(new ToCoordinator.Started(run.id));
      world.after(world.upTo(300_000_000), () -> stepEnds(run, step));
    } else if (item instanceof ToWorker.Retract retract) {
      retract(retract);
    } else if (item instanceof ToWorker.Revoke revoke) {
      Run run = runs.remove(revoke.attempt());
      io.revoked(revoke.attempt());
      if (run != null) {
        processEnds(run);
        startMore();
      }
    } else if (item instanceof ToWorker.Drain) {
      drain();
    }
  }

  void drain() {
    if (dead || draining) {
      return;
    }
    draining = true;
    say(new ToCoordinator.Draining());
    for (Run run : List.copyOf(runs.values())) {
      if (run.step == null) {
        cut(run, run.started ? run.taken : run.from);
      }
    }
    io.drains();
    world.after(25_000_000_000L, this::leave);
  }

  private void leave() {
    if (!dead && out != null && runs.isEmpty() && io.isEmpty() && undurable.isEmpty()) {
      dies();
      out.send(new ToCoordinator.Leaving());
      world.left(this);
    } else if (!dead) {
      if (world.chance(0.3)) {
        io.killed();
        for (Run run : List.copyOf(runs.values())) {
          runs.remove(run.id);
          processEnds(run);
          Failure killed = Failure.of(FailureKind.LOST, "killed, because its worker leaves");
          say(
              run.step == null
                  ? new ToCoordinator.AttemptFailed(run.id, -1, run.reported, killed)
                  : new ToCoordinator.StepFailed(run.id, killed));
        }
      }
      world.after(2_000_000_000L, this::leave);
    }
  }

  private void retract(ToWorker.Retract retract) {
    Run run = runs.get(retract.attempt());
    if (run == null || run.step != null) {
      return;
    }
    long untaken = run.started ? run.until - run.taken : run.until - run.from;
    long keep = (untaken * retract.keepPermille() + 999) / 1000;
    cut(run, (run.started ? run.taken : run.from) + keep);
  }

  private void cut(Run run, long until) {
    run.until = Math.min(run.until, until);
    say(new ToCoordinator.Retracted(run.id, run.until));
    if (run.reported >= run.until) {
      runs.remove(run.id);
      processEnds(run);
      startMore();
    }
  }

  private void processEnds(Run run) {
    run.generation++;
    if (run.started && run.step == null) {
      usedSlots -= weight(run);
    }
  }

  private int weight(Run run) {
    long memory = world.programOf(run.job).spec.policy().memory();
    return (int) Math.max(1, (memory + TASK_MEMORY - 1) / TASK_MEMORY);
  }

  private void startMore() {
    for (Run run : List.copyOf(runs.values())) {
      if (!run.started && usedSlots + weight(run) <= slots) {
        usedSlots += weight(run);
        run.started = true;
        say(new ToCoordinator.Started(run.id));
        int generation = run.generation;
        world.after(
            world.upTo(60_000_000),
            () -> {
              if (generation == run.generation && !dead) {
                processStarted(run);
              }
            });
      }
    }
  }

  private void processStarted(Run run) {
    if (world.mayFault() && world.chance(0.005)) {
      breaks(run, -1, FailureKind.CRASH);
    } else if (world.programOf(run.job).takesRanges()) {
      runRange(run);
    } else {
      takeNext(run);
    }
  }

  private void takeNext(Run run) {
    if (run.taken >= run.until) {
      flush(run);
      return;
    }
    SimulatedProgram program = world.programOf(run.job);
    long index = run.taken++;
    int generation = run.generation;
    world.after(
        program.nanos(index),
        () -> {
          if (generation != run.generation || dead) {
            return;
          }
          boolean poison = program.of(index) == SimulatedProgram.Behaviour.KILLS;
          if ((poison && !program.isCommand()) || (world.mayFault() && world.chance(0.0005))) {
            breaks(run, index, FailureKind.CRASH);
            return;
          }
          run.ended.add(index);
          if (program.nanos(index) > 5_000_000 || world.chance(0.1)) {
            flush(run);
          }
          if (runs.get(run.id) == run) {
            takeNext(run);
          }
        });
  }

  private void flush(Run run) {
    SimulatedProgram program = world.programOf(run.job);
    if (!run.ended.isEmpty()) {
      long from = run.ended.get(0);
      Interval interval = new Interval(from, from + run.ended.size());
      run.ended.clear();
      run.reported = interval.until();
      say(program.outcomes(run.id, interval, run::tryOf));
    }
    if (run.reported >= run.until) {
      runs.remove(run.id);
      processEnds(run);
      startMore();
    }
  }

  private void runRange(Run run) {
    if (run.taken >= run.until) {
      return;
    }
    SimulatedProgram program = world.programOf(run.job);
    long from = run.taken;
    long until = Math.min(run.until, from + 1 + world.upTo(50));
    run.taken = until;
    long nanos = 0;
    boolean poison = false;
    for (long index = from; index < until; index++) {
      nanos += program.nanos(index) / 20;
      poison |= program.of(index) == SimulatedProgram.Behaviour.KILLS;
    }
    boolean dies = poison || (world.mayFault() && world.chance(0.001));
    long took = nanos;
    int generation = run.generation;
    world.after(
        nanos,
        () -> {
          if (generation != run.generation || dead) {
            return;
          }
          if (dies) {
            breaks(run, -1, FailureKind.CRASH);
          } else if (run.taken < run.until) {
            runRange(run);
          } else {
            Interval interval = new Interval(run.reported, run.until);
            run.reported = run.until;
            runs.remove(run.id);
            processEnds(run);
            say(
                new Outcomes(
                    run.id,
                    interval,
                    true,
                    new Values(Encoding.JSON, new byte[0], new int[1], List.of()),
                    new int[0],
                    new int[0],
                    new int[0],
                    List.of(),
                    took));
            startMore();
          }
        });
  }

  private void breaks(Run run, long suspect, FailureKind kind) {
    runs.remove(run.id);
    processEnds(run);
    say(
        new ToCoordinator.AttemptFailed(
            run.id, suspect, Math.max(run.taken, run.reported), Failure.of(kind, "died")));
    startMore();
  }

  private void stepEnds(Run run, ToWorker.RunStep step) {
    if (dead || runs.get(run.id) != run) {
      return;
    }
    if (world.mayFault() && world.chance(0.05)) {
      runs.remove(run.id);
      say(new ToCoordinator.StepFailed(run.id, Failure.of(FailureKind.CRASH, "died")));
      return;
    }
    SimulatedProgram program = world.programOf(run.job);
    if (step.step() == ToWorker.Step.SPLIT && run.taken < program.inputs) {
      world.appended(run.job, run.id, program, until -> run.taken = until);
      world.after(world.upTo(200_000_000), () -> stepEnds(run, step));
      return;
    }
    runs.remove(run.id);
    if (step.step() == ToWorker.Step.REDUCE) {
      say(new ToCoordinator.StepSucceeded(run.id, program.reduced()));
      return;
    }
    String value = step.step() == ToWorker.Step.SPLIT ? Long.toString(program.inputs) : "1";
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    say(
        new ToCoordinator.StepSucceeded(
            run.id, new Values(Encoding.JSON, bytes, new int[] {bytes.length}, List.of())));
  }

  @Override
  public String toString() {
    return id + (dead ? " dead" : "") + (draining ? " draining " : " ") + runs.keySet() + " " + io;
  }
}
