package io.muster.harness;

import io.muster.api.TaskContext;
import java.io.PrintStream;
import java.util.Map;

/** The context that user code is given: one object, moved on from task to task. */
final class RunningTask implements TaskContext {
  private final Map<String, String> args;
  private final long job;
  private final TaskOutput output;
  private long index = -1;
  private int tryNumber = 1;

  RunningTask(Map<String, String> args, long job, TaskOutput output) {
    this.args = Map.copyOf(args);
    this.job = job;
    this.output = output;
  }

  /** A task begins; -1 when it is a step of the job. */
  void begin(long newIndex, int newTryNumber) {
    output.begin(newIndex, newTryNumber);
    index = newIndex;
    tryNumber = newTryNumber;
  }

  void end() {
    output.end();
  }

  @Override
  public Map<String, String> args() {
    return args;
  }

  @Override
  public long job() {
    return job;
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public int tryNumber() {
    return tryNumber;
  }

  @Override
  public PrintStream log() {
    return output.out();
  }
}
