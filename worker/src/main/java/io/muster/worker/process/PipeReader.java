package io.muster.worker.process;

import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.process.FromProcess.Printed;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a task JVM writes past its harness (native code, the JVM's own last words), keeps its
 * last lines, and attributes it to the task that runs, cut to the job's log limit a task.
 */
final class PipeReader implements Runnable {
  /** Which task runs. */
  interface Running {
    /**
     * @param index -1 outside of tasks
     */
    record Task(long index, int tryNumber) {}

    Task now();

    long logLimit();
  }

  private static final int TAIL = 4 * 1024;

  private final InputStream pipe;
  private final LogStream stream;
  private final Running running;
  private final TaskProcess.Listener listener;
  private final Tail tail = new Tail(TAIL);
  private Running.@Nullable Task task;
  private @Nullable BoundedLog log;

  PipeReader(InputStream pipe, LogStream stream, Running running, TaskProcess.Listener listener) {
    this.pipe = pipe;
    this.stream = stream;
    this.running = running;
    this.listener = listener;
  }

  /** The last that was read. */
  String tail() {
    return tail.text();
  }

  @Override
  public void run() {
    byte[] bytes = new byte[16 * 1024];
    try (pipe) {
      for (int read = pipe.read(bytes); read >= 0; read = pipe.read(bytes)) {
        tail.write(bytes, 0, read);
        logOfTask().write(bytes, 0, read);
      }
    } catch (IOException e) {
      // closed: its process is gone
    }
    finish();
  }

  private BoundedLog logOfTask() {
    Running.Task now = running.now();
    if (log == null || !now.equals(task)) {
      finish();
      task = now;
      log =
          new BoundedLog(
              running.logLimit(),
              piece -> listener.printed(new Printed(now.index(), now.tryNumber(), stream, piece)));
    }
    return log;
  }

  private void finish() {
    if (log != null) {
      log.finish();
      log = null;
    }
  }
}
