package io.muster.client;

import static io.muster.client.OpenJobOptions.atLeast;

import io.muster.api.RemoteRunnable;
import io.muster.protocol.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pool's or an executor's tasks run. Immutable: each method gives another one.
 *
 * <pre>{@code
 * muster.pool(PoolOptions.DEFAULT.initializer(() -> Model.load()).timeout(Duration.ofMinutes(1)))
 * }</pre>
 */
public final class PoolOptions {
  /** How many processes a call takes with it until it fails: one death may be chance. */
  static final int USUAL_CRASH_LIMIT = 2;

  /** As many processes as the cluster has slots, no limits, no second try. */
  public static final PoolOptions DEFAULT = new PoolOptions(new Fields());

  private static final class Fields implements Cloneable {
    String name = "";
    int processes;
    @Nullable RemoteRunnable initializer;
    int maxTasksPerProcess;
    @Nullable Duration timeout;
    int retries;
    int crashLimit = USUAL_CRASH_LIMIT;
    long memory;
    long chunk;

    Fields copy() {
      try {
        return (Fields) clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("it says that it is", e);
      }
    }
  }

  private final Fields fields;

  private PoolOptions(Fields fields) {
    this.fields = fields;
  }

  private interface Change {
    void on(Fields fields);
  }

  private PoolOptions with(Change change) {
    Fields changed = fields.copy();
    change.on(changed);
    return new PoolOptions(changed);
  }

  /** What people see it by; without it the name of the thread that makes the pool. */
  public PoolOptions name(String name) {
    return with(changed -> changed.name = name);
  }

  /**
   * How many tasks run at once, at most: Python's {@code processes}. Without it, all slots of the
   * cluster take part.
   */
  public PoolOptions processes(int processes) {
    atLeast(1, processes, "the number of processes");
    return with(changed -> changed.processes = processes);
  }

  /**
   * What each process runs before its first task: Python's {@code initializer}; its arguments are
   * what the lambda captures. If it throws, the pool fails, with that exception for all its calls.
   */
  public PoolOptions initializer(RemoteRunnable initializer) {
    return with(changed -> changed.initializer = initializer);
  }

  /** After how many tasks a process is replaced: Python's {@code maxtasksperchild}. */
  public PoolOptions maxTasksPerProcess(int tasks) {
    atLeast(1, tasks, "the number of tasks a process");
    return with(changed -> changed.maxTasksPerProcess = tasks);
  }

  /**
   * How long one task may run; its process is ended then, and the task has failed, or is retried.
   */
  public PoolOptions timeout(Duration timeout) {
    atLeast(1L, timeout.toNanos(), "a time limit in nanoseconds");
    return with(changed -> changed.timeout = timeout);
  }

  /**
   * Further tries of a task that threw, ran too long or needed too much memory; 0 without it.
   * Deaths of its process do not count: {@link #crashLimit}.
   */
  public PoolOptions retries(int retries) {
    atLeast(0, retries, "the number of retries");
    return with(changed -> changed.retries = retries);
  }

  /**
   * How many processes a task may take with it until it fails; 2 without it: once may be chance,
   * twice is the task. With 1 a task whose process died is not run again. (In Python such a call
   * never returns.) A worker that vanishes is not the task's doing: the task then runs again, up to
   * five times at least.
   */
  public PoolOptions crashLimit(int deaths) {
    atLeast(1, deaths, "the crash limit");
    return with(changed -> changed.crashLimit = deaths);
  }

  /** The heap of a task's process in bytes, at least 16 MiB; without it what the workers say. */
  public PoolOptions memory(long bytes) {
    atLeast(Policy.LEAST_MEMORY, bytes, "the memory in bytes");
    return with(changed -> changed.memory = bytes);
  }

  /**
   * How many tasks are handed to a process at once; without it as many as take about 100 ms, which
   * is measured. It matters for speed only: tasks of a chunk fail, are retried and cancelled each
   * for itself.
   */
  public PoolOptions chunk(long tasks) {
    atLeast(1L, tasks, "a chunk");
    return with(changed -> changed.chunk = tasks);
  }

  OpenJobOptions job(Calls calls) {
    RemoteRunnable setup = fields.initializer;
    return new OpenJobOptions(
        OpenJobOptions.named(fields.name),
        setup == null ? new byte[0] : calls.function(setup),
        fields.maxTasksPerProcess,
        false,
        fields.timeout,
        fields.retries,
        fields.crashLimit,
        fields.chunk,
        fields.processes,
        0,
        fields.memory);
  }
}
