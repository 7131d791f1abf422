package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongToIntFunction;

/** What the tasks of one simulated job do; the same for the same seed. */
final class SimulatedProgram {
  enum Behaviour {
    FINE,
    THROWS,
    THROWS_IN_FIRST_TRY,
    KILLS
  }

  final JobSpec spec;
  final long inputs;

  /** How many of its I/O tasks a process has memory for. */
  final long bears;

  /** Of a pipeline; else none. */
  final List<SimulatedProgram> stages = new ArrayList<>();

  /** Bytes of what a task of a stage gives. */
  final long outputSize;

  private final boolean flattens;
  private final long seed;
  private final boolean misbehaves;
  private final long millisPerTask;
  private final long longestMillis;

  SimulatedProgram(Random random, String requestId, int mostTasks) {
    this(random, requestId, mostTasks, random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0, false);
  }

  private SimulatedProgram(
      Random random, String requestId, int mostTasks, int stageCount, boolean isStage) {
    seed = random.nextLong();
    inputs = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(mostTasks);
    misbehaves = random.nextInt(3) == 0;
    boolean large = mostTasks > 1_000;
    longestMillis = large ? 1_000 : 20_000;
    millisPerTask = List.of(0L, 1L, 10L, 300L, 5_000L).get(random.nextInt(large ? 4 : 5));
    boolean command = random.nextInt(5) == 0;
    boolean io = random.nextInt(3) == 0;
    Program.Shape shape = Program.Shape.values()[io ? 4 : random.nextInt(4)];
    if (isStage && !io) {
      shape = random.nextInt(4) == 0 ? Program.Shape.JOB : Program.Shape.TASK;
    }
    outputSize = isStage && random.nextInt(4) == 0 ? 10L << 20 : 100;
    Program program =
        command && io
            ? new Program.Io("sleep", Map.of())
            : command
                ? new Program.Command(List.of("true"), false, "", List.of())
                : Bench.java(shape);
    bears = io && random.nextInt(4) == 0 ? 1 + random.nextInt(40) : Long.MAX_VALUE;
    Policy policy =
        new Policy(
            null,
            random.nextInt(3),
            12 + random.nextInt(8),
            random.nextInt(6) == 0 ? 2 : 0,
            random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 0,
            random.nextInt(5) == 0 ? 1 + random.nextInt(io ? 30 : 3) : 0,
            random.nextInt(5) == 0 ? 2 + random.nextInt(200) : 0,
            random.nextInt(3),
            random.nextInt(6) == 0 ? 600L << 20 : 0,
            random.nextInt(8) == 0 ? Map.of("zone", "a") : Map.of(),
            Map.of(),
            1 << 20,
            1 << 30,
            Duration.ofMillis(100),
            Policy.Keys.DEFAULT);
    flattens = isStage && !(program instanceof Program.Io) && random.nextBoolean();
    Inputs itsInputs = isStage ? new Inputs.Open() : inputsOf(random, program);
    if (stageCount == 0) {
      spec = new JobSpec(requestId, "job", "user", program, itsInputs, policy);
      return;
    }
    List<Program.Pipeline.Stage> parts = new ArrayList<>();
    for (int k = 0; k < stageCount; k++) {
      SimulatedProgram stage = new SimulatedProgram(random, "", mostTasks, 0, true);
      boolean last = k + 1 == stageCount;
      stages.add(stage);
      Policy its = stage.spec.policy();
      parts.add(
          new Program.Pipeline.Stage(
              "stage-" + k,
              stage.spec.program(),
              stage.flattens && !(last && stage.reduces()) ? its.flattening() : its));
    }
    boolean splits = random.nextInt(3) == 0 && stages.get(0).reduces();
    Inputs first =
        splits
            ? new Inputs.Split()
            : random.nextBoolean() ? new Inputs.Listed(inputs) : new Inputs.Range(0, inputs, 1);
    spec =
        new JobSpec(requestId, "pipeline", "user", new Program.Pipeline(parts), first, its(policy));
  }

  /** Of a pipeline's own policy only its most failures count. */
  private static Policy its(Policy policy) {
    return Bench.policy(0, 5, policy.maxFailures(), 0, 0);
  }

  boolean reduces() {
    return spec.program() instanceof Program.Java java && java.shape() == Program.Shape.JOB;
  }

  /** How many values a task of a stage gives. */
  int outputs(long index) {
    if (!flattens || reduces()) {
      return 1;
    }
    return (int) Math.floorMod(mix(index + 4_000_037L), 4L);
  }

  /** What a step gives: of a reduce that flattens, several values. */
  Values reduced() {
    int count = flattens ? (int) Math.floorMod(mix(5_000_011L), 5L) : 1;
    return new Values(Encoding.JSON, new byte[count], ones(count), List.of());
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private Inputs inputsOf(Random random, Program program) {
    if (program instanceof Program.Java java && java.shape() == Program.Shape.JOB) {
      return new Inputs.Split();
    }
    if (program instanceof Program.Java java && java.shape() == Program.Shape.COMBINING_RANGE) {
      return new Inputs.Range(0, inputs, 1);
    }
    return switch (random.nextInt(3)) {
      case 0 -> new Inputs.Listed(inputs);
      case 1 -> new Inputs.Open();
      default -> new Inputs.Range(0, inputs, 1);
    };
  }

  InputSizes sizes() {
    return sizes(spec.inputs() instanceof Inputs.Listed ? inputs : 0);
  }

  InputSizes sizes(long count) {
    int[] lengths = new int[(int) count];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = (int) Math.floorMod(mix(k + 7_000_003L), 3_000L);
    }
    return InputSizes.of(lengths);
  }

  /** What a worker says of tasks that have ended. */
  Outcomes outcomes(AttemptId attempt, Interval interval, LongToIntFunction tryOf) {
    List<Integer> failed = new ArrayList<>();
    List<Integer> causes = new ArrayList<>();
    long nanos = 0;
    for (long index = interval.from(); index < interval.until(); index++) {
      nanos += nanos(index);
      Behaviour behaviour = of(index);
      boolean kills = behaviour == Behaviour.KILLS;
      boolean first = behaviour == Behaviour.THROWS_IN_FIRST_TRY && tryOf.applyAsInt(index) == 1;
      if (kills || first || behaviour == Behaviour.THROWS) {
        failed.add((int) (index - interval.from()));
        causes.add(kills ? 1 : 0);
      }
    }
    int[] offsets = failed.stream().mapToInt(Integer::intValue).toArray();
    int[] counts = counts(interval, failed);
    int values =
        counts.length == 0 ? (int) interval.size() - offsets.length : Arrays.stream(counts).sum();
    return new Outcomes(
        attempt,
        interval,
        false,
        new Values(Encoding.JSON, new byte[0], new int[values], blobs(values)),
        offsets,
        causes.stream().mapToInt(Integer::intValue).toArray(),
        Arrays.stream(offsets).map(o -> tryOf.applyAsInt(interval.from() + o)).toArray(),
        List.of(
            Failure.of(FailureKind.EXCEPTION, "threw"), Failure.of(FailureKind.CRASH, "signal")),
        nanos,
        counts);
  }

  private int[] counts(Interval interval, List<Integer> failed) {
    if (!flattens || reduces()) {
      return Outcomes.ONE_EACH;
    }
    int[] counts = new int[(int) interval.size() - failed.size()];
    int at = 0;
    for (int offset = 0; offset < interval.size(); offset++) {
      if (!failed.contains(offset)) {
        counts[at++] = outputs(interval.from() + offset);
      }
    }
    return counts;
  }

  private List<Values.BlobValue> blobs(int values) {
    if (outputSize < 1 << 20) {
      return List.of();
    }
    List<Values.BlobValue> blobs = new ArrayList<>();
    for (int k = 0; k < values; k++) {
      blobs.add(new Values.BlobValue(k, blob(outputSize)));
    }
    return blobs;
  }

  static BlobRef blob(long size) {
    return new BlobRef(new BlobId("0f".repeat(32)), size, "");
  }

  private long mix(long index) {
    long z = seed + index * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  boolean takesRanges() {
    return spec.program() instanceof Program.Java java
        && java.shape() == Program.Shape.COMBINING_RANGE;
  }

  boolean isIo() {
    return spec.program().isIo();
  }

  boolean isCommand() {
    return spec.program() instanceof Program.Command;
  }

  Behaviour of(long index) {
    if (!misbehaves) {
      return Behaviour.FINE;
    }
    return switch ((int) Math.floorMod(mix(index), 60L)) {
      case 0 -> Behaviour.KILLS;
      case 1, 2 -> takesRanges() ? Behaviour.FINE : Behaviour.THROWS;
      case 3, 4 -> takesRanges() ? Behaviour.FINE : Behaviour.THROWS_IN_FIRST_TRY;
      default -> Behaviour.FINE;
    };
  }

  boolean mayFail(long index) {
    Behaviour behaviour = of(index);
    return behaviour == Behaviour.KILLS
        || behaviour == Behaviour.THROWS
        || (behaviour == Behaviour.THROWS_IN_FIRST_TRY && spec.policy().retries() == 0);
  }

  boolean maySucceed(long index) {
    Behaviour behaviour = of(index);
    return behaviour == Behaviour.FINE || behaviour == Behaviour.THROWS_IN_FIRST_TRY;
  }

  long nanos(long index) {
    long rarely = Math.floorMod(mix(index + 1_000_003), 50L);
    long millis = rarely == 0 ? longestMillis : millisPerTask;
    millis = isIo() ? millis * Math.floorMod(mix(index + 3_000_017), 8L) / 4 : millis;
    return millis * 1_000_000 + 1_000 + Math.floorMod(mix(index + 2_000_003), 1_000_000L);
  }
}
