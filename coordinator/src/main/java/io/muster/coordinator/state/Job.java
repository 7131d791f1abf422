package io.muster.coordinator.state;

import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.WorkerId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A job: its tasks, what of them is out, and how far it is beside its tasks. */
final class Job {
  /** Among equals: who was first, and of a pipeline its later stages, for what waits takes room. */
  static final Comparator<Job> FIRST =
      Comparator.comparing((Job job) -> job.stage == null ? job.id : job.stage.whole().id)
          .thenComparing(job -> job.id, Comparator.reverseOrder());

  final JobId id;
  final JobSpec spec;

  /** Whether its tasks wait: they take no slots. */
  final boolean isIo;

  final long submitted;
  final TaskSets tasks = new TaskSets();
  final Pauses pauses = new Pauses();
  final ChunkSizing sizing;
  final InputSizes sizes;
  @Nullable Long started;
  @Nullable Long finished;
  @Nullable JobState end;
  @Nullable JobError error;
  boolean inputsClosed;

  /** The step that is out, or null. */
  @Nullable Attempt step;

  /** Whether its one result is stored. */
  boolean stepDone;

  int stepDeaths;

  /** Processes in a row that died before they took a task. */
  int loadDeaths;

  /** Its chunks that are out, by where they are. */
  private final TreeMap<Long, Attempt> chunks = new TreeMap<>();

  /** Tasks of it that a worker has and nobody wants any more; of a session's job only. */
  final IntervalSet unwanted = new IntervalSet();

  /** Nothing of it is begun: its client does not take what is there already. */
  boolean held;

  /** The slots dealt to it. */
  final Map<WorkerId, Lease> leases = new LinkedHashMap<>();

  /** Whose chunk ended last, so that it may have a warm process; or null. */
  @Nullable ConnectedWorker servedBy;

  /** Of an I/O job: what workers have of it, or had. */
  final Map<WorkerId, IoLoad> loads = new LinkedHashMap<>();

  /** Tasks of all loads. */
  long ioRunning;

  /** Its place in a pipeline, or null. */
  @Nullable Stage stage;

  /** Of a pipeline: its stages; it has no tasks of its own. */
  List<Job> stages = List.of();

  /** Of a pipeline: how many values its last stage gave. */
  long outputs;

  final IoNext next = new IoNext(tasks);
  final Pace pace;

  /** Processes of all leases. */
  int processes;

  /** Slots of all leases. */
  int slots;

  /** Since when it has had less than its share, or null. */
  @Nullable Long shortSince;

  Job(JobId id, JobSpec spec, InputSizes sizes, long submitted) {
    this.id = id;
    this.spec = spec;
    isIo = spec.program().isIo();
    pace = new Pace(spec.policy().rate());
    this.submitted = submitted;
    this.sizes = isPipeline() ? new InputSizes() : sizes.copy(); // its first stage has them
    sizing = new ChunkSizing(takesPieces() ? 0 : spec.policy().chunk());
    if (isPipeline()) {
      inputsClosed = true;
      return;
    }
    if (spec.inputs() instanceof Inputs.Range range) {
      tasks.extend(range.tasks());
    } else if (spec.inputs() instanceof Inputs.None) {
      tasks.extend(1);
    } else {
      tasks.extend(sizes.count());
    }
    inputsClosed =
        !(spec.inputs() instanceof Inputs.Open) && !(spec.inputs() instanceof Inputs.Split);
  }

  boolean hasEnded() {
    return end != null;
  }

  boolean isPipeline() {
    return spec.program() instanceof Program.Pipeline;
  }

  /** Where the next input, or of a pipeline the next line, goes. */
  long inputCount() {
    return isPipeline() ? outputs : tasks.count;
  }

  boolean splitsItself() {
    return spec.inputs() instanceof Inputs.Split;
  }

  private boolean takesPieces() {
    return spec.program() instanceof Program.Java java && java.shape() == Program.Shape.PIECES;
  }

  /** Whether a process takes many tasks at once, so that nobody knows which one it is at. */
  boolean takesRanges() {
    return spec.program() instanceof Program.Java java
        && java.shape() == Program.Shape.COMBINING_RANGE;
  }

  boolean isCommand() {
    return spec.program() instanceof Program.Command;
  }

  /** What makes its one result, or null. */
  @Nullable Step lastStep() {
    if (!(spec.program() instanceof Program.Java java)) {
      return null;
    }
    return switch (java.shape()) {
      case COMBINING_RANGE -> Step.COMBINE;
      case JOB -> Step.REDUCE;
      case TASK, PIECES, IO -> null;
    };
  }

  /** The step that should run now, or null. */
  @Nullable Step wantedStep() {
    if (hasEnded() || step != null) {
      return null;
    }
    if (!inputsClosed) {
      return splitsItself() ? Step.SPLIT : null;
    }
    boolean whole = stage == null ? tasks.failed.isEmpty() : !stage.lacksLines();
    return tasksAreOver() && whole && !stepDone ? lastStep() : null;
  }

  boolean tasksAreOver() {
    return inputsClosed && tasks.waiting.isEmpty() && tasks.pausing.isEmpty() && chunks.isEmpty();
  }

  /** Whether it could use another process now. */
  boolean isHungry() {
    return !isIo && hasMoreToStart() && isBelowLimit();
  }

  /** Whether something of it could begin now. */
  boolean hasMoreToStart() {
    return isReady() && pace.allows(tasks.waiting.size());
  }

  /** Whether something of it could begin, as far as its rate is not concerned. */
  boolean isReady() {
    return !hasEnded() && !held && !tasks.waiting.isEmpty() && (stage == null || stage.room() > 0);
  }

  /** Whether it may have another process; of an I/O job, more tasks that are worth a chunk. */
  boolean isBelowLimit() {
    int limit = spec.policy().limit();
    if (limit == 0 || !isIo) {
      return limit == 0 || processes < limit;
    }
    return IoRoom.worth(limit - ioRunning, limit, tasks.waiting.size()) > 0;
  }

  long workersWithIo() {
    return loads.values().stream().filter(load -> load.running() > 0).count();
  }

  /** Whether a worker may go on with so many tasks that nobody knew it had. */
  boolean mayTakeOver(long size) {
    int limit = spec.policy().limit();
    return limit == 0 || (isIo ? ioRunning + size <= limit : processes < limit);
  }

  /** Slots of one worker that a process of this job takes. */
  int weightOn(ConnectedWorker worker) {
    long memory = spec.policy().memory();
    if (memory <= worker.taskMemory) {
      return 1;
    }
    long slotsNeeded = (memory + worker.taskMemory - 1) / Math.max(1, worker.taskMemory);
    return (int) Math.min(Integer.MAX_VALUE, slotsNeeded);
  }

  boolean isAllowedOn(ConnectedWorker worker) {
    return isAllowedWith(worker.labels);
  }

  boolean isAllowedWith(Map<String, String> labels) {
    return labels.entrySet().containsAll(spec.policy().where().entrySet());
  }

  JobState state() {
    if (end != null) {
      return end;
    }
    if (spec.inputs() instanceof Inputs.Open
        && !inputsClosed
        && tasks.waiting.isEmpty()
        && tasks.pausing.isEmpty()
        && chunks.isEmpty()) {
      return JobState.OPEN;
    }
    return started == null ? JobState.WAITING : JobState.RUNNING;
  }

  Iterable<Attempt> chunks() {
    return chunks.values();
  }

  boolean hasChunks() {
    return !chunks.isEmpty();
  }

  /** The chunk that this task is in, or null. */
  @Nullable Attempt chunkOf(long index) {
    Map.Entry<Long, Attempt> entry = chunks.floorEntry(index);
    return entry != null && entry.getValue().until > index ? entry.getValue() : null;
  }

  void chunkOut(Attempt chunk) {
    tasks.takeOut(chunk.interval());
    chunks.put(chunk.next, chunk);
  }

  /** Everything below {@code next} has ended. */
  void chunkMoved(Attempt chunk, long next) {
    chunks.remove(chunk.next);
    chunk.next = next;
    if (chunk.next < chunk.until) {
      chunks.put(next, chunk);
    }
  }

  /** What had not ended of it waits again. */
  void chunkBack(Attempt chunk) {
    chunks.remove(chunk.next);
    tasks.takeBack(chunk.next, chunk.until);
    chunk.next = chunk.until;
  }

  /** A chunk ends where this one begins, which is what it had from there on. */
  void chunkDivided(Attempt rest) {
    chunks.put(rest.next, rest);
  }

  /** What of this came back and is not wanted does not wait. */
  void leaveOutUnwanted(long from, long until) {
    if (unwanted.isEmpty() || from >= until) {
      return;
    }
    Interval back = new Interval(from, until);
    for (Interval run : unwanted.within(back)) {
      for (long index = run.from(); index < run.until(); index++) {
        tasks.cancelWaiting(index);
      }
    }
    unwanted.remove(back);
  }

  /**
   * A task that did not succeed waits before it runs again.
   *
   * @param asked for so long it asks to be left alone, in nanoseconds
   */
  void pauseBegins(long index, long now, long asked) {
    long first = spec.policy().backoff().toNanos();
    long length = Pauses.length(first, tasks.pausesOf(index), id.value(), index);
    pauses.add(index, now + Math.max(length, asked));
  }

  /** A session's job may live for days: what it has behind it is not kept. */
  void trim() {
    if (spec.isOfSession() && sizes.isLong()) {
      long open = chunks.isEmpty() ? tasks.count : chunks.firstKey();
      for (IntervalSet set : List.of(tasks.waiting, tasks.pausing)) {
        open = set.isEmpty() ? open : Math.min(open, set.first());
      }
      sizes.forget(open);
    }
  }

  void appended(long from, InputSizes more) {
    if (isPipeline()) {
      outputs = from + more.count();
      return;
    }
    sizes.append(more);
    tasks.extend(more.count());
  }

  void ended(JobState state, @Nullable JobError why, long at) {
    tasks.cancelRest();
    pauses.clear();
    end = state;
    error = why;
    finished = at;
    shortSince = null;
    servedBy = null;
    if (spec.inputs() instanceof Inputs.Open) {
      inputsClosed = true;
    }
  }

  /** It begins anew, unless it is still at what it began. */
  void retried() {
    tasks.retry();
    started = hasEnded() ? null : started;
    end = null;
    error = null;
    finished = null;
    loadDeaths = 0;
    stepDeaths = 0;
  }

  /** Slots dealt to it and, of a pipeline, its other stages. */
  int familySlots() {
    return stage == null ? slots : (int) stage.whole().sum(each -> each.slots);
  }

  /** I/O tasks that run of it and, of a pipeline, its other stages. */
  long familyIo() {
    return stage == null ? ioRunning : stage.whole().sum(each -> each.ioRunning);
  }

  JobView view() {
    boolean closed = inputsClosed && stages.stream().allMatch(each -> each.inputsClosed);
    return new JobView(
        id,
        spec,
        kind(),
        state(),
        closed ? sum(each -> each.tasks.count) : null,
        sum(each -> each.tasks.waiting.size() + each.tasks.pausing.size()),
        sum(each -> each.tasks.inAttempts()),
        sum(each -> each.tasks.succeeded.size()),
        sum(each -> each.tasks.failed.size()),
        sum(each -> each.tasks.cancelled.size()),
        submitted,
        started,
        finished,
        error,
        hasOneResult(),
        stages.stream().map(Job::view).toList(),
        stage != null && stage.isHeld());
  }

  private JobView.Kind kind() {
    if (isPipeline()) {
      return JobView.Kind.PIPELINE;
    }
    return isIo ? JobView.Kind.IO : isCommand() ? JobView.Kind.COMMAND : JobView.Kind.COMPUTE;
  }

  /** What a stage's reduce gives goes on to the next stage, if there is one. */
  private boolean hasOneResult() {
    if (isPipeline()) {
      return stages.get(stages.size() - 1).hasOneResult();
    }
    return lastStep() != null && (stage == null || stage.next() == null);
  }

  /** Of this job, or of all stages of this pipeline. */
  long sum(ToLongFunction<Job> count) {
    return isPipeline() ? stages.stream().mapToLong(count).sum() : count.applyAsLong(this);
  }

  /** This job, or if it is a stage, all of its pipeline, which share what is dealt to jobs. */
  List<Job> family() {
    return stage == null ? List.of(this) : stage.whole().stages;
  }

  /** The end of a chunk that starts at {@code run.from()}, of at most {@code size} tasks. */
  long chunkEnd(Interval run, long size, long mostInputBytes, long mostRetried) {
    long until = size < run.size() ? run.from() + size : run.until();
    if (spec.program() instanceof Program.Calls calls && calls.tasksPerProcess() > 0 && !isIo) {
      until = Math.min(until, run.from() + calls.tasksPerProcess());
    }
    until = tasks.suspicions.cut(run.from(), until);
    if (until - run.from() > mostRetried && tasks.tries.anyIn(new Interval(run.from(), until))) {
      until = run.from() + mostRetried;
    }
    if (sizes.count() > 0 && until - run.from() > 1) {
      until = sizes.fit(run.from(), until, mostInputBytes);
    }
    return until;
  }
}
