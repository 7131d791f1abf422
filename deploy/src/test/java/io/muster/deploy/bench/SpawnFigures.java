package io.muster.deploy.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Measures what starting a process costs by itself: {@code SpawnFigures THREADS COMMAND…} starts
 * 5,000 of it from that many threads, each one when the thread's last has ended. The peer of
 * commands as tasks; {@code deploy/bench/figures commands} runs it.
 */
public final class SpawnFigures {
  private static final int COUNT = Integer.getInteger("spawns", 5_000);

  private SpawnFigures() {}

  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[0]);
    String[] command = Arrays.copyOfRange(args, 1, args.length);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Semaphore succeeded = new Semaphore(0);
    long start = System.nanoTime();
    for (int i = 0; i < COUNT; i++) {
      pool.submit(
          () -> {
            if (new ProcessBuilder(command).start().waitFor() == 0) {
              succeeded.release();
            }
            return null;
          });
    }
    pool.shutdown();
    if (!pool.awaitTermination(10, TimeUnit.MINUTES) || !succeeded.tryAcquire(COUNT)) {
      throw new IllegalStateException("not all of them ran and succeeded");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(
        String.format(
            Locale.ROOT, "%,d in %,.0f ms, %,.0f/s", COUNT, seconds * 1e3, COUNT / seconds));
  }
}
