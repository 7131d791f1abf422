package io.muster.worker.state;

import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.util.Map;

/**
 * What must be known to start a task process, before the program it will load.
 *
 * @param kind what is started
 * @param memory bytes
 * @param env added to its environment
 */
public record ProcessNeeds(Kind kind, long memory, Map<String, String> env) {
  /** What is started for tasks. */
  public enum Kind {
    /** A JVM that runs one task after the other. */
    COMPUTE,
    /** A command for each task. */
    COMMANDS,
    /** A JVM in which many tasks wait at once. */
    IO
  }

  /** Of an I/O process, unless its job says how much: it serves thousands of tasks. */
  private static final long IO_MEMORY = 384L << 20;

  /** What most jobs need: a JVM with a slot's memory and nothing in its environment. */
  public static ProcessNeeds plain(long taskMemory) {
    return new ProcessNeeds(Kind.COMPUTE, taskMemory, Map.of());
  }

  /** What this job's processes need on a worker with so much memory a slot. */
  public static ProcessNeeds of(Program program, Policy policy, long taskMemory) {
    Kind kind =
        program.isIo()
            ? Kind.IO
            : program instanceof Program.Command ? Kind.COMMANDS : Kind.COMPUTE;
    long usual = kind == Kind.IO ? IO_MEMORY : taskMemory;
    return new ProcessNeeds(kind, policy.memory() == 0 ? usual : policy.memory(), policy.env());
  }
}
