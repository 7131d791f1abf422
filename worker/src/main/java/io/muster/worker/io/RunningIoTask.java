package io.muster.worker.io;

import io.muster.api.TaskContext;
import io.muster.harness.IoLog;
import java.io.PrintStream;
import java.util.Map;

/** What one task knows. Any thread. */
final class RunningIoTask implements TaskContext {
  private final Map<String, String> args;
  private final long job;
  private final long index;
  private final int tryNumber;
  private final IoLog log;

  RunningIoTask(Map<String, String> args, long job, long index, int tryNumber, IoLog log) {
    this.args = args;
    this.job = job;
    this.index = index;
    this.tryNumber = tryNumber;
    this.log = log;
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
    return log.out();
  }

  IoLog prints() {
    return log;
  }

  void end() {
    log.end();
  }
}
