package io.muster.client;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Prints what tasks print, on a thread of its own ({@code muster-output}): a full pipe holds up no
 * result. What comes while it is far behind is left out.
 */
final class Output {
  private static final int PIECES = 1024;

  private final @Nullable PrintStream out;
  private final @Nullable PrintStream err;
  private final ThreadPoolExecutor printer =
      new ThreadPoolExecutor(
          1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(PIECES), Output::thread);

  Output(@Nullable PrintStream out, @Nullable PrintStream err) {
    this.out = out;
    this.err = err;
    printer.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "muster-output");
    thread.setDaemon(true);
    return thread;
  }

  void print(boolean stderr, byte[] bytes) {
    PrintStream to = stderr ? err : out;
    if (to == null) {
      return;
    }
    try {
      printer.execute(
          () -> {
            to.write(bytes, 0, bytes.length);
            to.flush();
          });
    } catch (RejectedExecutionException e) {
      // too far behind
    }
  }

  /** What has come is printed. */
  void close() {
    printer.shutdown();
    try {
      boolean unused = printer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
