package io.muster.worker.io;

import io.muster.harness.IoLog;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives what is printed to {@code System.out} and {@code System.err} to whoever prints: the task
 * that runs on the thread; else the job whose classes the thread sees; else it goes where it went
 * before, to the worker. Any thread.
 */
final class Prints {
  private final ThreadLocal<IoLog> task = new ThreadLocal<>();
  private final Map<ClassLoader, IoLog> jobs = new ConcurrentHashMap<>();

  /** From now on it does. */
  void takeOver() {
    System.setOut(stream(System.out, false));
    System.setErr(stream(System.err, true));
  }

  /** What this thread prints is the task's. */
  void begin(IoLog log) {
    task.set(log);
  }

  void end() {
    task.remove();
  }

  /** What belongs to no task, of threads that see these classes, is the job's. */
  void add(ClassLoader classes, IoLog job) {
    jobs.put(classes, job);
  }

  /** The job is over. */
  @Nullable IoLog remove(ClassLoader classes) {
    return jobs.remove(classes);
  }

  private @Nullable IoLog whose() {
    IoLog running = task.get();
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    return running != null || classes == null ? running : jobs.get(classes);
  }

  private PrintStream stream(PrintStream before, boolean error) {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            IoLog whose = whose();
            if (whose == null) {
              before.write(bytes, offset, length);
              before.flush();
            } else {
              (error ? whose.err() : whose.out()).write(bytes, offset, length);
            }
          }
        },
        false,
        StandardCharsets.UTF_8);
  }
}
