package io.muster.client;

import static io.muster.client.OpenJobOptions.atLeast;

import io.muster.protocol.Policy;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How I/O tasks run. Immutable: each method gives another one. What is said of "a gather" holds for
 * each gather, each iteration and each scope for itself, and for what is submitted one by one.
 *
 * <pre>{@code
 * muster.io(IoOptions.DEFAULT.atOnce(500).timeout(Duration.ofSeconds(10)).retries(2))
 * }</pre>
 */
public final class IoOptions {
  /** 10,000 at once, no other limits, no second try. */
  public static final IoOptions DEFAULT = new IoOptions(new Fields());

  private static final class Fields implements Cloneable {
    String name = "";
    int atOnce = 10_000;
    @Nullable Duration within;
    @Nullable Duration timeout;
    int retries;
    double rate;
    int perKey;
    @Nullable Function<?, ?> key;
    long memory;

    Fields copy() {
      try {
        return (Fields) clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("it says that it is", e);
      }
    }
  }

  private final Fields fields;

  private IoOptions(Fields fields) {
    this.fields = fields;
  }

  private interface Change {
    void on(Fields fields);
  }

  private IoOptions with(Change change) {
    Fields changed = fields.copy();
    change.on(changed);
    return new IoOptions(changed);
  }

  /** What people see a gather by; without it the name of the thread that begins it. */
  public IoOptions name(String name) {
    return with(changed -> changed.name = name);
  }

  /**
   * How many tasks of a gather run at once, at most, over all workers: what an {@code
   * asyncio.Semaphore} is for. Twice as many inputs are read ahead. A worker's {@code --io-limit}
   * holds besides.
   */
  public IoOptions atOnce(int tasks) {
    atLeast(1, tasks, "the number of tasks at once");
    atLeast(tasks, Integer.MAX_VALUE / 2, "half of what an int holds");
    return with(changed -> changed.atOnce = tasks);
  }

  /**
   * How long a gather may take as a whole: Python's {@code asyncio.timeout} and {@code wait_for}.
   * Then the rest is cancelled, and an {@link java.util.concurrent.ExecutionException} thrown whose
   * cause is a {@link java.util.concurrent.TimeoutException}. What is submitted one by one has
   * {@link AsyncResult#get(Duration)} for that.
   */
  public IoOptions within(Duration whole) {
    atLeast(1L, whole.toNanos(), "a time limit in nanoseconds");
    return with(changed -> changed.within = whole);
  }

  /**
   * How long one task may take from its own start; then it is cancelled and has failed, or is
   * retried. Its neighbours are not concerned.
   */
  public IoOptions timeout(Duration task) {
    atLeast(1L, task.toNanos(), "a time limit in nanoseconds");
    return with(changed -> changed.timeout = task);
  }

  /**
   * Further tries of a task that threw or took too long; 0 without it. There is a pause before each
   * one, as long as a {@link io.muster.api.RetryLaterException} asks for, if the task threw that.
   */
  public IoOptions retries(int retries) {
    atLeast(0, retries, "the number of retries");
    return with(changed -> changed.retries = retries);
  }

  /** How many tasks of a gather are started a second, at most, over all workers. */
  public IoOptions rate(double tasksPerSecond) {
    if (!(tasksPerSecond > 0) || Double.isInfinite(tasksPerSecond)) {
      throw new IllegalArgumentException("a rate is a number above 0, not " + tasksPerSecond);
    }
    return with(changed -> changed.rate = tasksPerSecond);
  }

  /**
   * How many tasks of a gather with the same key are under way at once, at most, over all workers:
   * so that no host gets more than its share. Not for what is submitted one by one or in a scope.
   *
   * @param key asked of each input, in this program, by the thread that gathers; null: the input
   *     has no limit
   */
  public <T extends @Nullable Object> IoOptions limitPerKey(
      int tasks, Function<? super T, ? extends @Nullable Object> key) {
    atLeast(1, tasks, "the limit per key");
    return with(
        changed -> {
          changed.perKey = tasks;
          changed.key = key;
        });
  }

  /** The heap in bytes of the processes in which the tasks wait; without it what workers say. */
  public IoOptions memory(long bytes) {
    atLeast(Policy.LEAST_MEMORY, bytes, "the memory in bytes");
    return with(changed -> changed.memory = bytes);
  }

  /** How many calls may be under way, or ended and not taken. */
  int window() {
    return 2 * fields.atOnce;
  }

  /** Beginning now. */
  Deadline deadline() {
    return Deadline.after(fields.within);
  }

  /** For one gather; null: there is none. */
  @SuppressWarnings("unchecked") // inputs are of the type that the caller's key function takes
  <T extends @Nullable Object> @Nullable KeyLimit<T> keyLimit() {
    Function<?, ?> key = fields.key;
    return key == null ? null : new KeyLimit<>(fields.perKey, (Function<? super T, ?>) key);
  }

  OpenJobOptions job() {
    return new OpenJobOptions(
        OpenJobOptions.named(fields.name),
        new byte[0],
        0,
        true,
        fields.timeout,
        fields.retries,
        PoolOptions.USUAL_CRASH_LIMIT,
        0,
        fields.atOnce,
        fields.rate,
        fields.memory);
  }
}
