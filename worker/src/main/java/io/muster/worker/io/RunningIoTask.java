package io.muster.worker.io;

import io.muster.api.TaskContext;
import io.muster.harness.IoLog;
import java.io.PrintStream;
import java.util.Map;

/** What one task knows. Any thread. */
record RunningIoTask(IoJob ofJob, long index, int tryNumber, IoLog prints) implements TaskContext {
  @Override
  public Map<String, String> args() {
    return ofJob.args();
  }

  @Override
  public long job() {
    return ofJob.id().value();
  }

  @Override
  public PrintStream log() {
    return prints.out();
  }
}
