package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Inputs;
import io.muster.protocol.IoNames;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What jobs and inputs are taken. */
final class Submissions {
  private static final int MOST_STAGES = 100;

  private Submissions() {}

  /** Refuses what can't be meant. */
  static void check(JobSpec spec, InputSizes sizes) {
    if (spec.policy().flatten()) {
      throw new Refusal.BadValue("only a stage of a pipeline flattens what its tasks give");
    }
    if (spec.partOf() != null) {
      throw new Refusal.BadValue("a stage is submitted with its pipeline");
    }
    if (spec.program() instanceof Program.Pipeline pipeline) {
      checkStages(spec, pipeline);
    }
    check(spec.program());
    check(spec.policy());
    checkInputs(spec, sizes);
  }

  private static void check(Program program) {
    if (program instanceof Program.Io io && !IoNames.isOne(io.name())) {
      throw new Refusal.BadValue(IoNames.unknown(io.name()));
    }
    if (program instanceof Program.Command command) {
      check(command);
    }
  }

  private static void check(Program.Command command) {
    if (hasNul(command.cwd()) || command.argv().stream().anyMatch(Submissions::hasNul)) {
      throw new Refusal.BadValue("a command and its folder have no NUL character");
    }
    for (BlobRef file : command.with()) {
      if (!isPlainName(file.name())) {
        throw new Refusal.BadValue(
            "a file that goes with a command has a plain name without folders, not '"
                + file.name()
                + "'");
      }
    }
  }

  /** A worker makes a file of it in a folder of its own. */
  private static boolean isPlainName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
  }

  private static boolean hasNul(String text) {
    return text.indexOf(0) >= 0;
  }

  private static void checkStages(JobSpec spec, Program.Pipeline pipeline) {
    List<Program.Pipeline.Stage> stages = pipeline.stages();
    if (stages.isEmpty() || stages.size() > MOST_STAGES) {
      throw new Refusal.BadValue(
          "a pipeline has 1 to " + MOST_STAGES + " stages, not " + stages.size());
    }
    if (spec.isOfSession()) {
      throw new Refusal.BadValue("a session's jobs are no pipelines");
    }
    if (spec.inputs() instanceof Inputs.Open) {
      throw new Refusal.BadValue("a pipeline's inputs are all there when it is submitted");
    }
    Set<String> names = new HashSet<>();
    for (int k = 0; k < stages.size(); k++) {
      Program.Pipeline.Stage stage = stages.get(k);
      if (stage.name().isBlank()) {
        throw new Refusal.BadValue("stage " + (k + 1) + " of the pipeline has no name");
      }
      if (!names.add(stage.name())) {
        throw new Refusal.BadValue("two stages are called '" + stage.name() + "'");
      }
      try {
        check(stage.program());
        check(stage.policy());
        checkStage(stage, k == 0 ? spec.inputs() : new Inputs.Open(), k + 1 == stages.size());
      } catch (Refusal.BadValue e) {
        throw new Refusal.BadValue("stage '" + stage.name() + "': " + e.getMessage());
      }
    }
  }

  private static void checkStage(Program.Pipeline.Stage stage, Inputs inputs, boolean last) {
    Program program = stage.program();
    if (program instanceof Program.Pipeline || program instanceof Program.Calls) {
      throw new Refusal.BadValue("a stage is a class, a command or a built-in I/O task");
    }
    Program.Shape shape = program instanceof Program.Java java ? java.shape() : null;
    if (shape == Program.Shape.COMBINING_RANGE) {
      throw new Refusal.BadValue(
          "a range task that combines has one result and gives the next stage nothing;"
              + " use a Task, a RangeTask without Combine, or a Job, which reduces");
    }
    if (shape == Program.Shape.PIECES && !(inputs instanceof Inputs.Range)) {
      throw new Refusal.BadValue("a range task is the first stage, over a range");
    }
    if (inputs instanceof Inputs.Split && shape != Program.Shape.JOB) {
      throw new Refusal.BadValue("only a Job splits itself");
    }
    if (stage.policy().flatten() && program instanceof Program.Io io) {
      throw new Refusal.BadValue(io.name() + " gives one output a task: there is none to flatten");
    }
    if (stage.policy().flatten() && shape == Program.Shape.JOB && last) {
      throw new Refusal.BadValue("the last stage's reduce has one result: none to flatten");
    }
  }

  private static void check(Policy policy) {
    if (!(policy.rate() >= 0) || Double.isInfinite(policy.rate())) {
      throw new Refusal.BadValue("a rate is not below 0, not " + policy.rate());
    }
    if (policy.keys().limit() < 0 || policy.keys().circuit() < 0) {
      throw new Refusal.BadValue("limit-per-key and circuit are not below 0");
    }
    if (policy.crashLimit() < 1) {
      throw new Refusal.BadValue("the crash limit is at least 1, not " + policy.crashLimit());
    }
    if (policy.retries() < 0 || policy.maxFailures() < 0 || policy.limit() < 0) {
      throw new Refusal.BadValue("retries, max-failures and limit are not below 0");
    }
    policy
        .env()
        .forEach(
            (name, value) -> {
              if (name.isEmpty() || name.indexOf('=') >= 0 || hasNul(name) || hasNul(value)) {
                throw new Refusal.BadValue(
                    "the environment has names without = and no NUL character, not '" + name + "'");
              }
            });
    if (policy.chunk() < 0 || policy.memory() < 0) {
      throw new Refusal.BadValue("chunk and memory are not below 0");
    }
  }

  private static void checkInputs(JobSpec spec, InputSizes sizes) {
    long count = sizes.count();
    if (spec.inputs() instanceof Inputs.Listed listed && listed.count() != count) {
      throw new Refusal.BadValue(
          "the job says it has " + listed.count() + " inputs, but " + count + " came");
    }
    if (spec.isOfSession() && !(spec.inputs() instanceof Inputs.Open)) {
      throw new Refusal.BadValue("a session's job takes its inputs as they come");
    }
    boolean takesNone =
        !(spec.inputs() instanceof Inputs.Listed || spec.inputs() instanceof Inputs.Open);
    if (takesNone && count > 0) {
      throw new Refusal.BadValue("the job takes no inputs, but " + count + " came");
    }
  }

  /** How many of the inputs that are appended are there already. */
  static long there(Job job, @Nullable AttemptId split, long from, long count) {
    if (job.stage != null && job.stage.number() > 0) {
      throw new Refusal.WrongState(
          "job "
              + job.id
              + " is stage '"
              + job.stage.name()
              + "' of pipeline "
              + job.stage.whole().id
              + ": its inputs come from the stage before");
    }
    if (job.hasEnded()) {
      throw new Refusal.WrongState("job " + job.id + " has ended and takes no more inputs");
    }
    boolean allowed =
        split == null
            ? job.spec.inputs() instanceof Inputs.Open
            : job.splitsItself() && job.step != null && job.step.id.equals(split);
    if (!allowed) {
      throw new Refusal.WrongState(
          split == null
              ? "job " + job.id + " is not open"
              : "the split " + split + " of job " + job.id + " is over");
    }
    long before = job.tasks.count;
    if (from > before) {
      throw new Refusal.WrongState(
          "job "
              + job.id
              + " has "
              + before
              + " inputs: the next one is "
              + before
              + ", not "
              + from);
    }
    if (job.inputsClosed && from + count > before) {
      throw new Refusal.WrongState("job " + job.id + " is closed and takes no more inputs");
    }
    return Math.min(count, before - from);
  }
}
