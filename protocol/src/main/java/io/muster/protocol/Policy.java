package io.muster.protocol;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a job's tasks are run; the defaults are in {@link #DEFAULT}.
 *
 * @param timeout of one task (of a range task: of one piece), or null
 * @param retries further tries after an exception, a non-zero exit, a time-out or too much memory
 * @param crashLimit deaths charged to one task until it fails
 * @param maxFailures failed tasks at which the rest is cancelled; 0: never
 * @param chunk tasks a chunk; 0: by measured duration
 * @param limit tasks of this job running at once; 0: no limit
 * @param rate tasks started a second, over all workers; 0: no limit
 * @param priority higher runs first
 * @param memory bytes a task process may use; 0: the worker's {@code --task-memory}
 * @param where labels that a worker must have
 * @param env further environment of task processes
 * @param logLimit bytes kept of what one task prints, half from its start, half from its end
 * @param resultLimit bytes that one result may have
 * @param backoff pause before a failed task's second try; doubles with each further try, with no
 *     more than 1 min
 * @param keys what holds for I/O tasks that share a key, such as a host
 * @param flatten of a stage of a pipeline: what a task gives is a list (of a command: its lines),
 *     each entry of which is an output of its own
 */
public record Policy(
    @Nullable Duration timeout,
    int retries,
    int crashLimit,
    long maxFailures,
    long chunk,
    int limit,
    double rate,
    int priority,
    long memory,
    Map<String, String> where,
    Map<String, String> env,
    long logLimit,
    long resultLimit,
    Duration backoff,
    Keys keys,
    boolean flatten) {
  /** No process does with less. */
  public static final long LEAST_MEMORY = 16 << 20;

  /** Of a job whose tasks give one output each. */
  public Policy(
      @Nullable Duration timeout,
      int retries,
      int crashLimit,
      long maxFailures,
      long chunk,
      int limit,
      double rate,
      int priority,
      long memory,
      Map<String, String> where,
      Map<String, String> env,
      long logLimit,
      long resultLimit,
      Duration backoff,
      Keys keys) {
    this(
        timeout,
        retries,
        crashLimit,
        maxFailures,
        chunk,
        limit,
        rate,
        priority,
        memory,
        where,
        env,
        logLimit,
        resultLimit,
        backoff,
        keys,
        false);
  }

  /**
   * What holds, on each worker, for a job's I/O tasks that share a key.
   *
   * @param limit tasks of one key at once; 0: no limit
   * @param circuit failures in a row after which a key is paused; 0: never
   */
  public record Keys(int limit, int circuit) {
    public static final Keys DEFAULT = new Keys(0, 20);
  }

  public static final Policy DEFAULT =
      new Policy(
          null,
          0,
          5,
          0,
          0,
          0,
          0,
          0,
          0,
          Map.of(),
          Map.of(),
          1 << 20,
          1 << 30,
          Duration.ofMillis(100),
          Keys.DEFAULT);

  /** Whether no more than so many tasks are started a second. */
  public boolean hasRate() {
    return rate > 0;
  }

  /** The same where each task gives a list of outputs. */
  public Policy flattening() {
    return new Policy(
        timeout,
        retries,
        crashLimit,
        maxFailures,
        chunk,
        limit,
        rate,
        priority,
        memory,
        where,
        env,
        logLimit,
        resultLimit,
        backoff,
        keys,
        true);
  }
}
