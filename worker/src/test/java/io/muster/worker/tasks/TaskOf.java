package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.io.PrintStream;
import java.util.Map;

/** The third task of job 7, with these arguments. */
record TaskOf(Map<String, String> args) implements TaskContext {
  @Override
  public long job() {
    return 7;
  }

  @Override
  public long index() {
    return 3;
  }

  @Override
  public int tryNumber() {
    return 1;
  }

  @Override
  public PrintStream log() {
    return System.out;
  }
}
