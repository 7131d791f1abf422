package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in virtual time: the real state, and models of all around it that lose, delay,
 * die and come back as the seed says. What must hold is checked after every step; at the end faults
 * stop, and every job has to end.
 */
final class Simulation {
  private static final long SECOND = 1_000_000_000L;
  private static final long LOST_AFTER = 10 * SECOND;

  private record Event(long at, long number, Runnable run) {}

  /** What is decided and not written yet. */
  private static final class Group {
    final List<JournalRecord> records = new ArrayList<>();
    final List<Runnable> afterWrite = new ArrayList<>();
    final List<Pass> passed = new ArrayList<>();
  }

  /**
   * What a stage gave, as the inputs of the next one.
   *
   * @param tasks that gave it, in order, each once for every value; of a reduce 0
   */
  private record Pass(JobId job, JobId to, long from, List<Long> tasks) {
    Pass(JobId job, JobId to, long from, int reduced) {
      this(job, to, from, Collections.nCopies(reduced, 0L));
    }

    Pass(JobId job, JobId to, long from, Outcomes outcomes) {
      this(job, to, from, tasksOf(outcomes));
    }

    private static List<Long> tasksOf(Outcomes outcomes) {
      IntervalSet succeeded = IntervalSet.of(outcomes.interval());
      for (int offset : outcomes.failedOffsets()) {
        succeeded.remove(outcomes.interval().from() + offset);
      }
      List<Long> tasks = new ArrayList<>();
      int at = 0;
      for (Interval run : succeeded.runs()) {
        for (long task = run.from(); task < run.until(); task++, at++) {
          int count = outcomes.counts().length == 0 ? 1 : outcomes.counts()[at];
          tasks.addAll(Collections.nCopies(count, task));
        }
      }
      return tasks;
    }
  }

  /** Tasks that a job started within the last second. */
  private final class Starts {
    private record Start(long at, long tasks) {}

    private final Deque<Start> starts = new ArrayDeque<>();
    private long tasks;

    void add(JobId job, long more) {
      starts.add(new Start(nanos, more));
      tasks += more;
      while (starts.element().at() <= nanos - SECOND) {
        tasks -= starts.remove().tasks();
      }
      double rate = programOf(job).spec.policy().rate();
      if (rate > 0 && tasks > Math.max(rate + 1, rate * 1.1)) {
        throw new AssertionError(
            tasks + " tasks a second of job " + job + ", not " + rate + ": " + starts);
      }
    }
  }

  private final long seed;
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long nanos = SECOND;
  private long eventNumber;
  private boolean faults = true;
  int steps;

  private @Nullable ClusterState state;
  private final List<JournalRecord> journal = new ArrayList<>();
  private Group gathering = new Group();
  private boolean writing;
  private int term;
  private long tickAt = Long.MAX_VALUE;
  private @Nullable ClusterSnapshot snapshot;
  private int snapshotAt;

  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final Map<WorkerId, SimulatedLink<ToWorker>> links = new HashMap<>();
  private final Map<WorkerId, SimulatedWorker> byId = new HashMap<>();
  private final List<Runnable> unrouted = new ArrayList<>();
  private final Map<AttemptId, JobId> jobOfAttempt = new HashMap<>();
  private final Map<String, SimulatedProgram> programs = new LinkedHashMap<>();
  private final Map<JobId, SimulatedProgram> programOfJob = new HashMap<>();
  private final Map<JobId, IntervalSet> recorded = new HashMap<>();

  /** Of stages and pipelines: which task of the stage before each input came from, as written. */
  private final Map<JobId, List<Long>> lineage = new HashMap<>();

  private final Map<JobId, IntervalSet> gaveAlready = new HashMap<>();
  private final Map<JobId, JobId> nextStages = new HashMap<>();

  private final Deque<String> history = new ArrayDeque<>();
  private final Map<JobId, Starts> startsOf = new HashMap<>();
  private @Nullable ToCoordinator heard;
  private final Map<JobId, JobState> states = new HashMap<>();
  private final Set<JobId> unwritten = new HashSet<>();
  private final Map<WorkerId, Deque<Sending>> held = new HashMap<>();
  private int incarnations;

  Simulation(long seed) {
    this.seed = seed;
    random = new Random(seed);
  }

  void run() {
    try {
      boolean large = random.nextInt(300) == 0;
      int workerCount = large ? 1_000 + random.nextInt(500) : 1 + random.nextInt(8);
      int jobCount = 1 + random.nextInt(5);
      for (int k = 0; k < workerCount; k++) {
        startWorker();
      }
      for (int k = 0; k < jobCount; k++) {
        SimulatedProgram program =
            new SimulatedProgram(random, "request-" + k, large ? 2_000 : 150);
        programs.put(program.spec.requestId(), program);
        after(upTo(20 * SECOND), () -> submit(program));
      }
      openEpoch();
      int faultCount = random.nextInt(7);
      for (int k = 0; k < faultCount; k++) {
        after(upTo(60 * SECOND), this::fault);
      }
      after(60 * SECOND, this::faultsStop);
      loop(60 * SECOND + nanos);
      loop(nanos + 6 * 3600 * SECOND);
      checkEnd();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails (new Simulation("
              + seed
              + "L).run() runs it again) after:\n"
              + String.join("\n", history)
              + "\n"
              + e,
          e);
    }
  }

  private void loop(long until) {
    while (!events.isEmpty() && events.peek().at() <= until) {
      if (!faults && allOver()) {
        return;
      }
      Event event = events.poll();
      nanos = event.at();
      event.run().run();
      if (++steps > 20_000_000) {
        throw new AssertionError("no end after " + steps + " steps");
      }
    }
  }

  long nanos() {
    return nanos;
  }

  void after(long delay, Runnable run) {
    events.add(new Event(nanos + delay, eventNumber++, run));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  long upTo(long most) {
    return most <= 0 ? 0 : random.nextLong(most);
  }

  void shuffle(List<?> list) {
    Collections.shuffle(list, random);
  }

  long networkDelay() {
    return 100_000 + upTo(chance(0.02) ? 500_000_000 : 1_000_000);
  }

  boolean mayFault() {
    return faults;
  }

  SimulatedProgram programOf(JobId job) {
    return programOfJob.get(job);
  }

  /** Whether the coordinator knows of it. */
  boolean isOut(AttemptId attempt) {
    return state != null && state.ledger.attempts.containsKey(attempt);
  }

  JobId jobOf(AttemptId attempt) {
    return jobOfAttempt.get(attempt);
  }

  private void tell(String what) {
    history.add((nanos / 1_000_000) + " ms: " + what);
    if (history.size() > 60) {
      history.removeFirst();
    }
  }

  private Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  // ---- the coordinator

  private void openEpoch() {
    ClusterState next = new ClusterState();
    int from = 0;
    if (snapshot != null) {
      next = ClusterState.restored(snapshot);
      from = snapshotAt;
    }
    for (JournalRecord record : journal.subList(from, journal.size())) {
      next.replayed(record);
    }
    state = next;
    states.clear();
    gathering = new Group();
    writing = false;
    term++;
    tickAt = Long.MAX_VALUE;
    unrouted.clear();
    tell("epoch " + (next.epoch() + 1) + " opens, " + journal.size() + " records");
    ClusterState opened = next;
    step(
        () ->
            opened.epochOpened(opened.epoch() + 1, Bench.JOURNAL, journal.size(), now(), effects));
    for (SimulatedWorker worker : workers) {
      after(upTo(chance(0.1) ? 40 * SECOND : 5 * SECOND), () -> register(worker));
    }
    for (Map.Entry<String, SimulatedProgram> entry : programs.entrySet()) {
      after(5 * SECOND, () -> appendMore(entry.getValue()));
    }
  }

  private void step(Runnable call) {
    call.run();
    Group group = gathering;
    if (!group.records.isEmpty() || !group.afterWrite.isEmpty()) {
      int current = term;
      after(
          upTo(20_000_000),
          () -> {
            if (current == term) {
              write();
            }
          });
    }
    ClusterState now = state;
    Long next = now == null ? null : now.nextTick();
    if (next != null && next < tickAt) {
      tickAt = next;
      int current = term;
      after(
          Math.max(0, next - nanos),
          () -> {
            if (current == term && state != null) {
              tickAt = Long.MAX_VALUE;
              step(() -> state.tick(now(), effects));
            }
          });
    }
    if (now != null) {
      for (JobView job : now.jobs()) {
        JobState before = states.put(job.id(), job.state());
        boolean allowed =
            before == null || before == job.state() || before.next().contains(job.state());
        if (!allowed) {
          throw new AssertionError(
              "job " + job.id() + " goes from " + before + " to " + job.state());
        }
      }
      Invariants.check(now, steps % 64 == 0);
    }
  }

  private void write() {
    if (writing || state == null) {
      return;
    }
    Group group = gathering;
    gathering = new Group();
    writing = true;
    int current = term;
    long took = 1_000_000 + upTo(chance(0.05) ? SECOND : 10_000_000);
    after(
        took,
        () -> {
          if (current == term) {
            written(group);
          }
        });
  }

  private void written(Group group) {
    writing = false;
    durable(group);
    sendHeld();
    group.afterWrite.forEach(Runnable::run);
    if (chance(0.01) && gathering.records.isEmpty()) {
      snapshot = state.snapshot();
      snapshotAt = journal.size();
    }
    if (!gathering.records.isEmpty() || !gathering.afterWrite.isEmpty()) {
      write();
    }
  }

  /** Written once and for all: no result may be recorded twice. */
  private void durable(Group group) {
    Map<AttemptId, JobId> jobs = jobOfAttempt;
    for (JournalRecord record : group.records) {
      journal.add(record);
      if (record instanceof JournalRecord.TasksEnded ended) {
        IntervalSet set =
            recorded.computeIfAbsent(jobs.get(ended.attempt()), key -> new IntervalSet());
        IntervalSet succeeded = IntervalSet.of(ended.interval());
        for (int[] offsets : List.of(ended.failed(), ended.retried(), ended.died())) {
          for (int offset : offsets) {
            succeeded.remove(ended.interval().from() + offset);
          }
        }
        if (!set.intersection(succeeded).isEmpty()) {
          throw new AssertionError("recorded twice: " + set.intersection(succeeded));
        }
        set.addAll(succeeded);
      }
    }
    group.passed.forEach(this::durable);
    unwritten.clear();
    if (group != gathering) {
      gathering.records.forEach(this::waits);
    }
  }

  /** Numbers are those that were given, and nothing is passed on twice. */
  private void durable(Pass pass) {
    List<Long> known = lineage.computeIfAbsent(pass.to(), key -> new ArrayList<>());
    if (pass.from() != known.size()) {
      throw new AssertionError(pass + " does not follow the " + known.size() + " before");
    }
    IntervalSet gave = gaveAlready.computeIfAbsent(pass.to(), key -> new IntervalSet());
    if (pass.tasks().stream().anyMatch(gave::contains)) {
      throw new AssertionError("passed on twice: " + pass);
    }
    pass.tasks().forEach(gave::add);
    known.addAll(pass.tasks());
  }

  /** Nothing of these jobs is sent before they, and their inputs, are written. */
  private void waits(JournalRecord record) {
    if (record instanceof JournalRecord.JobSubmitted submitted) {
      unwritten.addAll(submitted.jobs());
    } else if (record instanceof JournalRecord.InputsAppended appended) {
      unwritten.add(appended.job());
    }
  }

  private void coordinatorDies() {
    if (state == null) {
      return;
    }
    tell("the coordinator dies");
    boolean written = chance(0.3) && !writing;
    if (written) {
      // what gathered was written although nobody was told
      durable(gathering);
    }
    if (!writing) {
      Invariants.checkReplay(state, concat(journal, written ? List.of() : gathering.records));
    }
    state = null;
    term++;
    for (SimulatedWorker worker : workers) {
      unlink(worker);
    }
    links.clear();
    held.clear();
    unwritten.clear();
    after(SECOND + upTo(chance(0.3) ? 60 * SECOND : 5 * SECOND), this::openEpoch);
  }

  /**
   * @param job that must be durable before, or null
   */
  private record Sending(@Nullable JobId job, ToWorker item) {}

  private void sendHeld() {
    List.copyOf(held.keySet()).forEach(this::sendHeld);
  }

  private void sendHeld(WorkerId worker) {
    Deque<Sending> waiting = held.getOrDefault(worker, new ArrayDeque<>());
    while (!waiting.isEmpty() && !unwritten.contains(waiting.element().job())) {
      route(worker, waiting.remove().item());
    }
  }

  private void route(WorkerId worker, ToWorker item) {
    SimulatedLink<ToWorker> link = links.get(worker);
    if (link != null) {
      link.send(item);
    } else {
      unrouted.add(
          () -> {
            SimulatedLink<ToWorker> later = links.get(worker);
            if (later != null) {
              later.send(item);
            }
          });
    }
  }

  private static List<JournalRecord> concat(List<JournalRecord> a, List<JournalRecord> b) {
    List<JournalRecord> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private final Effects effects =
      new Effects() {
        @Override
        public void record(JournalRecord record) {
          gathering.records.add(record);
          if (record instanceof JournalRecord.ChunkAssigned assigned) {
            jobOfAttempt.put(assigned.attempt(), assigned.job());
          } else if (record instanceof JournalRecord.ChunkDivided divided) {
            jobOfAttempt.put(divided.rest(), jobOf(divided.attempt()));
          } else if (record instanceof JournalRecord.ChunkBroken broken && broken.suspect() >= 0) {
            boolean several = heard instanceof ToCoordinator.AttemptFailed f && f.shared();
            if (several) {
              throw new AssertionError("charged for a death among several: " + broken);
            }
          } else if (record instanceof JournalRecord.StepAssigned assigned) {
            jobOfAttempt.put(assigned.attempt(), assigned.job());
          } else if (record instanceof JournalRecord.JobSubmitted submitted) {
            SimulatedProgram program = programs.get(submitted.spec().requestId());
            programOfJob.put(submitted.job(), program);
            for (int k = 0; k < program.stages.size(); k++) {
              programOfJob.put(submitted.jobs().get(k + 1), program.stages.get(k));
              if (k > 0) {
                nextStages.put(submitted.jobs().get(k), submitted.jobs().get(k + 1));
              }
            }
          }
          waits(record);
        }

        private void send(WorkerId worker, ToWorker item) {
          send(worker, null, item);
        }

        /** As the links do it: nothing of a job is sent before the job is durable. */
        private void send(WorkerId worker, @Nullable JobId job, ToWorker item) {
          held.computeIfAbsent(worker, key -> new ArrayDeque<>()).add(new Sending(job, item));
          sendHeld(worker);
        }

        @Override
        public void assign(
            WorkerId worker,
            AttemptId attempt,
            JobId job,
            Interval interval,
            int[] tries,
            boolean alone) {
          long bytes = programOf(job).sizes(interval.until()).totalBytes();
          bytes -= programOf(job).sizes(interval.from()).totalBytes();
          boolean listed = programOf(job).spec.inputs() instanceof Inputs.Listed;
          if (listed && interval.size() > 1 && bytes > 90_000) {
            throw new AssertionError(bytes + " bytes of inputs in one chunk");
          }
          checkNotHeld(job);
          startsOf.computeIfAbsent(job, key -> new Starts()).add(job, interval.size());
          send(worker, job, new ToWorker.Assign(attempt, job, interval, Values.NONE, tries, alone));
        }

        @Override
        public void retract(WorkerId worker, AttemptId attempt, int keepPermille) {
          send(worker, new ToWorker.Retract(attempt, keepPermille));
        }

        @Override
        public void revoke(WorkerId worker, AttemptId attempt) {
          send(worker, new ToWorker.Revoke(attempt));
        }

        @Override
        public void stopTask(WorkerId worker, AttemptId attempt, long index, boolean running) {
          send(worker, new ToWorker.StopTask(attempt, index, !running));
        }

        @Override
        public void runStep(
            WorkerId worker, AttemptId attempt, JobId job, ToWorker.Step step, long skip) {
          send(worker, job, new ToWorker.RunStep(attempt, job, step, skip));
        }

        @Override
        public void drain(WorkerId worker) {
          send(worker, new ToWorker.Drain());
        }

        @Override
        public void keep(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {}

        @Override
        public void pass(
            JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried, JobId to, long from) {
          gathering.passed.add(new Pass(job, to, from, outcomes));
        }

        @Override
        public void passResult(JobId to, Values result) {
          gathering.passed.add(new Pass(to, to, 0, result.count()));
        }

        @Override
        public void keepFailure(
            JobId job, WorkerId worker, long index, int tryNumber, Failure failure) {
          if (!programOf(job).mayFail(index)) {
            throw new AssertionError(
                "innocent task "
                    + job
                    + "/"
                    + index
                    + " fails in try "
                    + tryNumber
                    + ": "
                    + failure);
          }
        }

        @Override
        public void keepResult(JobId job, Values result) {}

        @Override
        public void jobChanged(JobId job) {}

        @Override
        public void jobOver(JobId job) {
          tell("job " + job + " is over: " + state.job(job).state());
        }

        @Override
        public void forget(JobId job) {}
      };

  /** Nothing of a stage begins while too much of what it gave waits. */
  private void checkNotHeld(JobId job) {
    JobId next = nextStages.get(job);
    SimulatedProgram program = programOf(job);
    if (next != null && !program.reduces()) {
      long waiting = state.job(next).waiting();
      if (waiting > 10_000 || waiting * program.outputSize > 64L << 20) {
        throw new AssertionError(job + " goes on though " + waiting + " inputs wait behind it");
      }
    }
  }

  // ---- workers and their links

  private void startWorker() {
    Map<String, String> labels = workers.isEmpty() || chance(0.5) ? Map.of("zone", "a") : Map.of();
    int slots = workers.isEmpty() ? 4 : 1 + random.nextInt(4);
    SimulatedWorker worker =
        new SimulatedWorker(this, "incarnation-" + incarnations++, slots, ioLimit(), labels);
    workers.add(worker);
    after(upTo(5 * SECOND), () -> register(worker));
  }

  private int ioLimit() {
    return List.of(0, 1, 7, 50, 500).get(random.nextInt(5));
  }

  private void unlink(SimulatedWorker worker) {
    if (worker.out != null) {
      worker.out.close();
      worker.out = null;
    }
    if (worker.in != null) {
      worker.in.close();
      worker.in = null;
    }
  }

  private void register(SimulatedWorker worker) {
    if (worker.isDead() || state == null) {
      return;
    }
    unlink(worker);
    Registration registration = worker.registration();
    int current = term;
    after(
        networkDelay(),
        () -> {
          if (current == term && state != null && !worker.isDead() && worker.in == null) {
            registered(worker, registration);
          }
        });
  }

  private void registered(SimulatedWorker worker, Registration registration) {
    SimulatedLink<ToWorker> in = new SimulatedLink<>(this, worker::told);
    worker.in = in;
    WorkerId[] id = new WorkerId[1];
    int current = term;
    SimulatedLink<ToCoordinator> out =
        new SimulatedLink<>(this, item -> received(current, worker, id[0], item));
    byId.forEach(
        (known, other) -> {
          if (other == worker) {
            links.put(known, in);
          }
        });
    step(
        () -> {
          RegistrationReply reply = state.registered(registration, now(), effects);
          RegistrationReply.Welcome welcome = (RegistrationReply.Welcome) reply;
          id[0] = welcome.id();
          links.put(welcome.id(), in);
          byId.put(welcome.id(), worker);
          List.copyOf(unrouted).forEach(Runnable::run);
          unrouted.clear();
          gathering.afterWrite.add(
              () ->
                  after(
                      networkDelay(),
                      () -> {
                        if (worker.in == in && !worker.isDead()) {
                          worker.welcomed(welcome, out);
                        }
                      }));
        });
  }

  private void received(int itsTerm, SimulatedWorker worker, WorkerId id, ToCoordinator item) {
    if (itsTerm != term || state == null) {
      return;
    }
    step(
        () -> {
          heard = item;
          state.received(id, item, now(), effects);
          heard = null;
          if (!(item instanceof ToCoordinator.Holding)) {
            gathering.afterWrite.add(() -> worker.durable(item));
          }
        });
  }

  void left(SimulatedWorker worker) {
    tell(worker.id + " leaves");
    workers.remove(worker);
    if (faults || workers.stream().noneMatch(w -> !w.isDead())) {
      startWorker();
    }
  }

  /** Tells how many inputs there are, once that is durable. */
  void appended(JobId job, AttemptId split, SimulatedProgram program, LongConsumer durable) {
    if (state == null) {
      return;
    }
    try {
      append(job, split, program, 1 + upTo(20));
      long inputs = state.inputs(job);
      gathering.afterWrite.add(() -> durable.accept(inputs));
    } catch (Refusal e) {
      tell("nothing is appended: " + e.getMessage());
    }
  }

  private void append(JobId job, @Nullable AttemptId split, SimulatedProgram program, long most) {
    long from = state.inputs(job);
    long count = Math.min(most, program.inputs - from);
    if (count > 0 && state.appending(job, split, from, count) == 0) {
      int[] lengths = new int[(int) count];
      step(() -> state.inputsAppended(job, split, from, InputSizes.of(lengths), now(), effects));
    }
  }

  // ---- users

  private void submit(SimulatedProgram program) {
    if (state == null) {
      after(SECOND, () -> submit(program));
      return;
    }
    step(() -> state.submitted(program.spec, program.sizes(), now(), effects));
    boolean[] answered = new boolean[1];
    gathering.afterWrite.add(() -> answered[0] = true);
    after(
        5 * SECOND,
        () -> {
          if (!answered[0]) {
            submit(program);
          }
        });
    after(upTo(3 * SECOND), () -> appendMore(program));
  }

  private void appendMore(SimulatedProgram program) {
    JobId job = state == null ? null : state.submission(program.spec.requestId());
    if (job == null || !(program.spec.inputs() instanceof Inputs.Open)) {
      return;
    }
    if (state.job(job).state().isEnd() || state.job(job).total() != null) {
      return;
    }
    append(job, null, program, 1 + upTo(40));
    if (state.inputs(job) == program.inputs) {
      step(() -> state.inputsClosed(job, now(), effects));
    } else {
      int current = term;
      after(
          upTo(SECOND),
          () -> {
            if (current == term) {
              appendMore(program);
            }
          });
    }
  }

  // ---- faults

  private void fault() {
    if (!faults) {
      return;
    }
    SimulatedWorker worker = workers.get(random.nextInt(workers.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> coordinatorDies();
      case 2, 3 -> workerDies(worker);
      case 4 -> partition(worker);
      case 5 -> {
        tell(worker.id + " loses its link for a moment");
        register(worker);
      }
      case 6 -> {
        tell(worker.id + " drains");
        if (chance(0.5)) {
          worker.drain();
        } else if (state != null && worker.id != null && worker.out != null) {
          step(() -> state.drainRequested(worker.id, now(), effects));
        }
      }
      default -> userInterferes();
    }
  }

  private void userInterferes() {
    if (state == null || state.jobs().isEmpty()) {
      return;
    }
    JobId job = state.jobs().get(random.nextInt(state.jobs().size())).id();
    try {
      if (chance(0.5)) {
        tell("job " + job + " is cancelled");
        step(() -> state.cancelled(job, now(), effects));
        if (chance(0.7)) {
          step(() -> state.retried(job, now(), effects));
          tell("job " + job + " is retried");
        }
      } else {
        tell("job " + job + " is retried");
        step(() -> state.retried(job, now(), effects));
      }
    } catch (Refusal e) {
      tell(e.getMessage());
    }
  }

  private void workerDies(SimulatedWorker worker) {
    tell(worker.id + " dies");
    worker.dies();
    workers.remove(worker);
    SimulatedLink<ToWorker> link = worker.in != null ? worker.in : links.get(worker.id);
    if (worker.out != null) {
      worker.out.close();
    }
    silent(worker, link);
    startWorker();
  }

  private void silent(SimulatedWorker worker, @Nullable SimulatedLink<ToWorker> link) {
    WorkerId id = worker.id;
    int current = term;
    after(
        LOST_AFTER,
        () -> {
          WorkerId known = id == null ? worker.id : id;
          boolean same = known == null || link == null || links.get(known) == link;
          if (current == term && state != null && same && link != null) {
            byId.forEach(
                (candidate, other) -> {
                  if (other == worker && links.get(candidate) == link) {
                    tell(candidate + " is lost");
                    step(() -> state.workerLost(candidate, now(), effects));
                  }
                });
          }
        });
  }

  private void partition(SimulatedWorker worker) {
    long length = chance(0.5) ? upTo(LOST_AFTER) : LOST_AFTER + upTo(20 * SECOND);
    tell(worker.id + " is cut off for " + length / 1_000_000 + " ms");
    if (worker.in == null || worker.out == null) {
      return;
    }
    worker.in.blockUntil(nanos + length);
    worker.out.blockUntil(nanos + length);
    if (length >= LOST_AFTER) {
      silent(worker, worker.in);
      worker.out.close();
      worker.in.close();
      worker.out = null;
      after(length, () -> register(worker));
    }
  }

  private void faultsStop() {
    tell("faults stop");
    faults = false;
    for (SimulatedWorker worker : List.copyOf(workers)) {
      after(upTo(SECOND), () -> register(worker));
    }
    SimulatedWorker capable =
        new SimulatedWorker(this, "incarnation-" + incarnations++, 4, 20, Map.of("zone", "a"));
    workers.add(capable);
    register(capable);
  }

  // ---- the end

  private boolean allOver() {
    return state != null
        && programs.values().stream()
            .allMatch(
                p -> {
                  JobId job = state.submission(p.spec.requestId());
                  return job != null && state.job(job).state().isEnd();
                })
        && gathering.records.isEmpty()
        && !writing;
  }

  private void checkEnd() {
    for (SimulatedProgram program : programs.values()) {
      JobId job = state == null ? null : state.submission(program.spec.requestId());
      if (job == null || !state.job(job).state().isEnd()) {
        throw new AssertionError(
            "job "
                + job
                + " never ends: "
                + (job == null
                    ? ""
                    : state.ledger.attempts.values()
                        + " "
                        + workers
                        + " "
                        + state.job(job)
                        + " "
                        + state.explain(job, null, now())));
      }
      JobView view = state.job(job);
      if (view.state() == JobState.FAILED && view.failed() == 0 && !diedInStep(view)) {
        throw new AssertionError("nothing of it failed: " + view);
      }
      checkEnd(job, program);
      for (int k = 0; k < program.stages.size(); k++) {
        checkEnd(view.stages().get(k).id(), program.stages.get(k));
        checkPassed(view, k);
      }
    }
    Invariants.checkReplay(state, journal);
    Invariants.check(state, true);
  }

  /** A long step may meet as many faults as it bears. */
  private static boolean diedInStep(JobView view) {
    JobError error = view.error();
    return error != null
        && (error.phase() == JobError.Phase.SPLIT || error.phase() == JobError.Phase.REDUCE);
  }

  /** Each task that succeeded gave the next stage what it gives, once. */
  private void checkPassed(JobView whole, int number) {
    JobView stage = whole.stages().get(number);
    boolean last = number + 1 == whole.stages().size();
    JobId to = last ? whole.id() : whole.stages().get(number + 1).id();
    SimulatedProgram program = programOf(stage.id());
    if (program.reduces()) {
      return;
    }
    List<Long> passed = lineage.getOrDefault(to, List.of());
    Map<Long, Integer> each = new HashMap<>();
    passed.forEach(task -> each.merge(task, 1, Integer::sum));
    for (Interval run : state.succeeded(stage.id()).runs()) {
      for (long task = run.from(); task < run.until(); task++) {
        int expected = program.outputs(task);
        if (each.getOrDefault(task, 0) != expected) {
          throw new AssertionError(
              "task " + stage.id() + "/" + task + " passed on " + each.get(task));
        }
        each.remove(task);
      }
    }
    if (!each.isEmpty() || state.inputs(to) != passed.size()) {
      throw new AssertionError(
          state.inputs(to) + " inputs of job " + to + ", passed " + passed.size() + ", of " + each);
    }
  }

  private void checkEnd(JobId job, SimulatedProgram program) {
    JobView view = state.job(job);
    for (Interval run : state.failed(job).runs()) {
      for (long index = run.from(); index < run.until(); index++) {
        if (!program.mayFail(index)) {
          throw new AssertionError("innocent task " + job + "/" + index + " failed");
        }
      }
    }
    for (Interval run : state.succeeded(job).runs()) {
      for (long index = run.from(); index < run.until(); index++) {
        if (!program.maySucceed(index)) {
          throw new AssertionError("task " + job + "/" + index + " can't have succeeded");
        }
      }
    }
    if (view.state() == JobState.SUCCEEDED
        && !Long.valueOf(view.succeeded()).equals(view.total())) {
      throw new AssertionError(view + " should have all results");
    }
    IntervalSet durable = recorded.getOrDefault(job, new IntervalSet());
    if (!durable.equals(state.succeeded(job))) {
      throw new AssertionError("recorded " + durable + ", but succeeded " + state.succeeded(job));
    }
  }
}
