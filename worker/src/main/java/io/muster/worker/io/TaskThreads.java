package io.muster.worker.io;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where users' code runs: never on a thread that actors need. A virtual thread a task on a JVM that
 * has them, so that any number may block; else a pool that grows while its threads are blocked.
 */
final class TaskThreads {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int LEAST = 8;
  private static final int MOST = 512;
  private static final long LOOK_MILLIS = 20;

  private TaskThreads() {}

  static ExecutorService start(ScheduledExecutorService timer) {
    if (Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS) {
      try {
        Method made = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
        return (ExecutorService) made.invoke(null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a JVM of 21 or later without virtual threads", e);
      }
    }
    return growing(timer);
  }

  private static ExecutorService growing(ScheduledExecutorService timer) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            LEAST,
            LEAST,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "muster-task");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    long[] completed = {-1};
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              long now = pool.getCompletedTaskCount();
              if (pool.getQueue().isEmpty()) {
                resize(pool, LEAST);
              } else if (now - completed[0] < pool.getCorePoolSize()) {
                resize(pool, Math.min(MOST, 2 * pool.getCorePoolSize()));
              }
              completed[0] = now;
            },
            LOOK_MILLIS,
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
    return pool;
  }

  private static void resize(ThreadPoolExecutor pool, int size) {
    if (size > pool.getMaximumPoolSize()) {
      pool.setMaximumPoolSize(size);
      pool.setCorePoolSize(size);
    } else if (size != pool.getCorePoolSize()) {
      pool.setCorePoolSize(size);
      pool.setMaximumPoolSize(size);
    }
  }
}
