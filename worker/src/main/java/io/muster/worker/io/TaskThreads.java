package io.muster.worker.io;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where users' code runs: never on a thread that actors need. Code that should return at once has
 * threads of its own, so that it need not wait for threads that block by right.
 */
final class TaskThreads {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final Pool starting;
  private final Pool blocking;

  /**
   * @param timer for moments that take no time
   */
  TaskThreads(ScheduledExecutorService timer) {
    starting = new GrowingPool("muster-start", timer);
    blocking =
        Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS
            ? new VirtualPool()
            : new GrowingPool("muster-task", timer);
  }

  /** Runs what should return at once: begins of tasks, and whatever else of users' code does. */
  Work start(Runnable code) {
    return starting.run(code);
  }

  /**
   * Runs what may block for as long as it likes: on a virtual thread where the JVM has them, else
   * on one of a pool that grows while its threads are blocked.
   */
  Work block(Runnable code) {
    return blocking.run(code);
  }

  /** Something that runs, will run, or is over. Any thread may call. */
  static final class Work implements Runnable {
    private final Runnable code;
    private final AtomicInteger abandoned;
    private @Nullable Thread thread;
    private boolean cancelled;
    private boolean over;

    private Work(Runnable code, AtomicInteger abandoned) {
      this.code = code;
      this.abandoned = abandoned;
    }

    @Override
    public void run() {
      if (begins()) {
        try {
          code.run();
        } finally {
          ends();
        }
      }
    }

    private synchronized boolean begins() {
      thread = Thread.currentThread();
      return !cancelled;
    }

    private synchronized void ends() {
      thread = null;
      over = true;
      if (cancelled) {
        abandoned.decrementAndGet();
      }
      Thread.interrupted(); // one task's interrupt is not the next one's
    }

    /** It does not begin, or its thread is interrupted; nobody waits for it any more. */
    synchronized void cancel() {
      if (cancelled || over) {
        return;
      }
      cancelled = true;
      if (thread != null) {
        abandoned.incrementAndGet();
        thread.interrupt();
      }
    }
  }

  private interface Pool {
    Work run(Runnable code);
  }

  private static final class VirtualPool implements Pool {
    private final ExecutorService threads;
    private final AtomicInteger abandoned = new AtomicInteger();

    VirtualPool() {
      try {
        Method made = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
        threads = (ExecutorService) made.invoke(null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a JVM of 21 or later without virtual threads", e);
      }
    }

    @Override
    public Work run(Runnable code) {
      Work work = new Work(code, abandoned);
      threads.execute(work);
      return work;
    }
  }

  /**
   * Few threads while they are busy, more while they are blocked: up to 512, and as many more as
   * are held by what nobody waits for (a read of a socket, for one, can't be interrupted).
   */
  private static final class GrowingPool implements Pool {
    private static final int LEAST = 2 * Runtime.getRuntime().availableProcessors() + 2;
    private static final int MOST = 512;
    private static final int MOST_ABANDONED = 2048;
    private static final long LOOK_MILLIS = 20;
    private static final int IDLE_SECONDS = 10;

    /** Threads that end fewer in a look's time are taken to be blocked. */
    private static final int BUSY = 10;

    private final ThreadPoolExecutor threads;
    private final AtomicInteger abandoned = new AtomicInteger();
    private long endedBefore;

    GrowingPool(String name, ScheduledExecutorService timer) {
      threads =
          new ThreadPoolExecutor(
              LEAST,
              LEAST,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              work -> {
                Thread thread = new Thread(work, name);
                thread.setDaemon(true);
                return thread;
              });
      threads.allowCoreThreadTimeOut(true);
      var unused =
          timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Work run(Runnable code) {
      Work work = new Work(code, abandoned);
      threads.execute(work);
      return work;
    }

    private void look() {
      long ended = threads.getCompletedTaskCount();
      int size = threads.getCorePoolSize();
      if (threads.getQueue().isEmpty()) {
        resize(LEAST + Math.min(abandoned.get(), MOST_ABANDONED));
      } else if (ended - endedBefore < (long) BUSY * size) {
        resize(Math.min(2 * size, MOST + Math.min(abandoned.get(), MOST_ABANDONED)));
      }
      endedBefore = ended;
    }

    private void resize(int size) {
      try {
        if (size > threads.getCorePoolSize()) {
          threads.setMaximumPoolSize(size);
          threads.setCorePoolSize(size);
        } else if (size < threads.getCorePoolSize()) {
          threads.setCorePoolSize(size);
          threads.setMaximumPoolSize(size);
        }
      } catch (OutOfMemoryError e) {
        // The system gives no more threads: those that are there go on.
        threads.setCorePoolSize(Math.max(LEAST, threads.getPoolSize()));
        threads.setMaximumPoolSize(threads.getCorePoolSize());
      }
    }
  }
}
