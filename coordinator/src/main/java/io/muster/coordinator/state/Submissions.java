package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Inputs;
import io.muster.protocol.IoNames;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import org.jspecify.annotations.Nullable;

/** What jobs and inputs are taken. */
final class Submissions {
  private Submissions() {}

  /** Refuses what can't be meant. */
  static void check(JobSpec spec, InputSizes sizes) {
    if (spec.program() instanceof Program.Pipeline) {
      throw new Refusal.BadValue("this coordinator runs no pipelines yet");
    }
    Policy policy = spec.policy();
    if (spec.program() instanceof Program.Io io && !IoNames.isOne(io.name())) {
      throw new Refusal.BadValue(IoNames.unknown(io.name()));
    }
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
    if (policy.chunk() < 0 || policy.memory() < 0) {
      throw new Refusal.BadValue("chunk and memory are not below 0");
    }
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
