package io.muster.examples;

import io.muster.api.TaskContext;
import java.io.PrintStream;
import java.util.Map;

/** A context with arguments and nothing else of interest. */
record Arguments(Map<String, String> args) implements TaskContext {
  static final Arguments NONE = new Arguments(Map.of());

  @Override
  public long job() {
    return 1;
  }

  @Override
  public long index() {
    return 0;
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
