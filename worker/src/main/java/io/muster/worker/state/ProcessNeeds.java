package io.muster.worker.state;

import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.util.Map;

/**
 * What must be known to start a task process, before the program it will load.
 *
 * @param commands whether it starts a command for each task, rather than being one JVM
 * @param memory bytes
 * @param env added to its environment
 */
public record ProcessNeeds(boolean commands, long memory, Map<String, String> env) {

  /** What most jobs need: a JVM with a slot's memory and nothing in its environment. */
  public static ProcessNeeds plain(long taskMemory) {
    return new ProcessNeeds(false, taskMemory, Map.of());
  }

  /** What this job's processes need on a worker with so much memory a slot. */
  public static ProcessNeeds of(Program program, Policy policy, long taskMemory) {
    return new ProcessNeeds(
        program instanceof Program.Command,
        policy.memory() == 0 ? taskMemory : policy.memory(),
        policy.env());
  }
}
