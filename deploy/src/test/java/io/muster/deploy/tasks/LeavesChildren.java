package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Starts children that outlive it, one of them in a session of its own. */
public final class LeavesChildren implements Task<Long, String> {
  @Override
  public String run(Long input, TaskContext context) throws Exception {
    Process plain = new ProcessBuilder("sleep", "1000").start();
    Process session = new ProcessBuilder("setsid", "sleep", "1000").start();
    String pids = plain.pid() + " " + session.pid();
    System.out.println("children " + pids);
    if (context.args().containsKey("spin")) {
      while (true) {
        Thread.onSpinWait();
      }
    }
    return pids;
  }
}
