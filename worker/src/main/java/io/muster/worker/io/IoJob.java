package io.muster.worker.io;

import io.muster.harness.IoLog;
import io.muster.harness.IoProgram;
import io.muster.harness.Outbox;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Printed;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of a job have in common.
 *
 * @param args from {@code --arg}
 */
record IoJob(JobId id, JobSpec spec, IoProgram program, Map<String, String> args, Surroundings in) {
  /**
   * What all jobs of the process have in common.
   *
   * @param outOfMemory to be run when there is none left: it does not return
   */
  record Surroundings(
      TaskThreads threads, StartWatch watch, Prints prints, Outbox outbox, Runnable outOfMemory) {}

  private static final int MESSAGE = 40;

  static IoJob of(JobId id, JobSpec spec, IoProgram program, Surroundings in) {
    return new IoJob(id, spec, program, args(spec.program()), in);
  }

  private static Map<String, String> args(Program program) {
    if (program instanceof Program.Java java) {
      return Map.copyOf(java.args());
    }
    return program instanceof Program.Io io ? Map.copyOf(io.args()) : Map.of();
  }

  @Nullable Duration timeout() {
    return spec.policy().timeout();
  }

  /** Where a task prints; -1: what belongs to no task. */
  IoLog log(long index, int tryNumber) {
    return new IoLog(index, tryNumber, spec.policy().logLimit(), this::print);
  }

  private void print(Printed piece) {
    in.outbox().post(new FromProcess.OfJob(id, piece), piece.bytes().length + MESSAGE);
  }

  /** Runs the user's code of a task. */
  TaskThreads.Work run(Runnable code) {
    return program.mayBlock() ? in.threads().block(code) : in.threads().start(code);
  }

  /** Says something of this job. */
  void say(FromProcess message, int size) {
    in.outbox().post(message, size);
  }
}
