package io.muster.worker.io;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Finds tasks that block their thread where they should only begin. Any thread. */
final class StartWatch {
  private static final long PATIENCE_NANOS = 1_000_000_000;

  /** A task that is expected to return at once, while it does not. */
  private record Starting(Thread thread, long since, Consumer<String> log) {}

  private final Map<Object, Starting> starting = new ConcurrentHashMap<>();

  /**
   * A task begins on this thread.
   *
   * @param log hears once of it if that takes long
   */
  void begins(Object task, Consumer<String> log) {
    starting.put(task, new Starting(Thread.currentThread(), System.nanoTime(), log));
  }

  void ends(Object task) {
    starting.remove(task);
  }

  /** To be called now and then. */
  void look() {
    long now = System.nanoTime();
    starting.forEach(
        (task, one) -> {
          if (now - one.since > PATIENCE_NANOS && starting.remove(task, one)) {
            one.log.accept(
                "muster: start() has blocked its thread for a second"
                    + where(one.thread)
                    + ": implement IoTask.Blocking, or return the stage at once");
          }
        });
  }

  /** The user's line that it is at, below those of the JDK. */
  private static String where(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getModuleName() == null
          && !frame.getClassName().startsWith("io.muster.worker.io.")) {
        return ", at "
            + frame.getClassName()
            + "."
            + frame.getMethodName()
            + "("
            + frame.getFileName()
            + ":"
            + frame.getLineNumber()
            + ")";
      }
    }
    return "";
  }
}
