package io.muster.client;

import io.muster.protocol.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a pool, an executor or a gather says of its open job.
 *
 * @param setup what each process runs before its first task, encoded; empty: nothing
 * @param tasksPerProcess after which a process is replaced; 0: never
 * @param io whether its tasks wait rather than compute
 * @param timeout of one task
 * @param crashLimit processes that a task may take with it until it fails
 * @param chunk tasks a chunk; 0: by measured duration
 * @param limit tasks at once; 0: no limit
 * @param rate tasks started a second; 0: no limit
 * @param memory bytes of a process; 0: what the worker says
 */
record OpenJobOptions(
    String name,
    byte[] setup,
    int tasksPerProcess,
    boolean io,
    @Nullable Duration timeout,
    int retries,
    int crashLimit,
    long chunk,
    int limit,
    double rate,
    long memory) {

  /** The name that was given, or that of the thread that opens the job. */
  static String named(String given) {
    return given.isEmpty() ? Thread.currentThread().getName() : given;
  }

  static <N extends Number & Comparable<N>> void atLeast(N least, N given, String what) {
    if (given.compareTo(least) < 0) {
      throw new IllegalArgumentException(what + " is at least " + least + ", not " + given);
    }
  }

  Policy policy(long valueLimit) {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        timeout,
        retries,
        crashLimit,
        usual.maxFailures(),
        chunk,
        limit,
        rate,
        usual.priority(),
        memory,
        usual.where(),
        usual.env(),
        usual.logLimit(),
        Math.min(usual.resultLimit(), valueLimit),
        usual.backoff(),
        usual.keys());
  }
}
