package io.muster.worker.io;

import io.muster.harness.IoProgram;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What holds while a thread runs the code of a task: whose classes it sees, whose its prints are.
 */
final class UserCode {
  private static final ThreadLocal<RunningIoTask> RUNNING = new ThreadLocal<>();

  private UserCode() {}

  /** Runs it as this task's. */
  static void run(IoProgram program, RunningIoTask task, Callable<?> code) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(program.loader());
    RUNNING.set(task);
    try {
      code.call();
    } finally {
      RUNNING.remove();
      thread.setContextClassLoader(before);
      Thread.interrupted(); // one task's interrupt is not the next one's
    }
  }

  /**
   * Gives {@code System.out} and {@code System.err} to whoever prints.
   *
   * @param jobOf who prints on threads that belong to no task, by their context class loader; null:
   *     nobody knows
   */
  static void takePrints(Function<ClassLoader, @Nullable RunningIoTask> jobOf) {
    System.setOut(stream(System.out, jobOf, false));
    System.setErr(stream(System.err, jobOf, true));
  }

  private static PrintStream stream(
      PrintStream own, Function<ClassLoader, @Nullable RunningIoTask> jobOf, boolean error) {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            RunningIoTask whose = RUNNING.get();
            if (whose == null) {
              whose = jobOf.apply(Thread.currentThread().getContextClassLoader());
            }
            if (whose == null) {
              own.write(bytes, offset, length);
            } else {
              (error ? whose.prints().err() : whose.prints().out()).write(bytes, offset, length);
            }
          }
        },
        false,
        StandardCharsets.UTF_8);
  }

  /** A task that is expected to return at once, while it does not. */
  record Watched(Watch watch, RunningIoTask task, Thread thread, long since) {
    void ends() {
      watch.watched.remove(this);
    }
  }

  /** Finds tasks that block where they should only begin. */
  static final class Watch {
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final Map<Watched, Boolean> watched = new ConcurrentHashMap<>();

    Watched begins(RunningIoTask task) {
      Watched one = new Watched(this, task, Thread.currentThread(), System.nanoTime());
      watched.put(one, false);
      return one;
    }

    /** To be called now and then. */
    void look() {
      long now = System.nanoTime();
      for (Map.Entry<Watched, Boolean> each : watched.entrySet()) {
        if (!each.getValue() && now - each.getKey().since() > PATIENCE_NANOS) {
          each.setValue(true);
          StackTraceElement[] stack = each.getKey().thread().getStackTrace();
          each.getKey()
              .task()
              .prints()
              .err()
              .println(
                  "muster: start() has blocked its thread for a second"
                      + (stack.length == 0 ? "" : " in " + stack[0])
                      + ": implement IoTask.Blocking, or return a stage at once");
        }
      }
    }
  }
}
