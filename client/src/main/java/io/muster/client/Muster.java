package io.muster.client;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteRunnable;
import io.muster.calls.CallValues;
import io.muster.client.model.ClusterException;
import io.muster.client.session.CallSink;
import io.muster.client.session.JobSource;
import io.muster.client.session.Session;
import io.muster.client.trust.Access;
import io.muster.client.wire.CoordinatorApi;
import io.muster.code.CodePath;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a cluster, or a small cluster of this program's own: where pools, executors and
 * what gathers I/O tasks come from. Any thread may use it.
 *
 * <pre>{@code
 * try (Muster muster = Muster.connect("localhost:7351")) {
 *   try (Pool pool = muster.pool()) {
 *     List<Integer> squares = pool.map(x -> x * x, List.of(1, 2, 3));
 *   }
 * }
 * }</pre>
 *
 * <p>The classes of the calling program reach the workers by themselves. When a coordinator dies,
 * pools and executors wait for it, or for another at one of the addresses, and go on.
 *
 * <p>All its threads are daemons: a program that ends without waiting for its results ends. What
 * its tasks print appears on this program's standard output and standard error.
 */
public final class Muster implements AutoCloseable {
  private static final long UNANSWERED_BYTES = 32L << 20;

  private final List<String> addresses;
  private final Access access;
  private final CoordinatorApi api;
  private final @Nullable LocalCluster local;
  private final CodePath code;
  private final Jobs jobs;
  private final Receiver receiver;
  private final Callbacks callbacks = new Callbacks();
  private final Calls calls = new Calls();
  private final Output output;
  private final long valueLimit;
  private final Futures futures = new Futures();

  // under this monitor
  private @Nullable Session session;
  private @Nullable MusterExecutor gathering;
  private boolean closed;
  private @Nullable String whyEnded;

  /** Set in task processes. */
  private static final String TASK_PROCESS = "io.muster.task-process";

  private Muster(
      Builder options,
      List<String> addresses,
      Access access,
      CoordinatorApi api,
      @Nullable LocalCluster local) {
    this.addresses = addresses;
    this.access = access;
    this.api = api;
    this.local = local;
    ClassLoader loader = options.loader();
    CodePath all = CodePath.ofCaller(loader);
    for (Path jar : options.jars) {
      all = all.plus(jar);
    }
    code = all;
    jobs = new Jobs(api, all::upload, loader, options.filter());
    receiver = new Receiver(loader, options.filter(), callbacks);
    output = new Output(options.out, options.err);
    valueLimit = options.valueLimit;
    if (local != null) {
      local.whenEnded(this::localEnded);
    }
  }

  /** What is unanswered never will be. */
  private void localEnded(String line) {
    Session open;
    synchronized (this) {
      if (closed) {
        return;
      }
      whyEnded = line;
      open = session;
    }
    if (open != null) {
      open.fail(new ClusterException.Refused(line));
    }
  }

  /**
   * Connects to a cluster.
   *
   * @param addresses of its coordinators' APIs, each as {@code HOST:PORT}
   * @throws ClusterException.NotReached when none answers within five seconds
   */
  public static Muster connect(String... addresses) {
    return builder().connect(addresses);
  }

  /** A cluster of this program's own with as many task processes as there are processors. */
  public static Muster local() {
    return builder().local();
  }

  /**
   * A cluster of this program's own, gone when this is closed or the program ends.
   *
   * @param processes how many tasks run at once
   * @throws IllegalStateException when the dependency {@code io.muster:local} is missing
   */
  public static Muster local(int processes) {
    return builder().local(processes);
  }

  /** For what the short forms have no word for. */
  public static Builder builder() {
    return new Builder();
  }

  // What it gives

  /** A pool of as many processes as the cluster has slots: Python's {@code Pool()}. */
  public Pool pool() {
    return pool(PoolOptions.DEFAULT);
  }

  /** A pool of at most so many processes: Python's {@code Pool(processes)}. */
  public Pool pool(int processes) {
    return pool(PoolOptions.DEFAULT.processes(processes));
  }

  /**
   * A pool.
   *
   * @throws UncheckedIOException when code of this program can't be read
   */
  public Pool pool(PoolOptions options) {
    return new Pool(open(options.job(calls)), receiver, calls);
  }

  /** An executor with as many processes as the cluster has slots. */
  public MusterExecutor executor() {
    return executor(PoolOptions.DEFAULT);
  }

  /**
   * An executor.
   *
   * @throws UncheckedIOException when code of this program can't be read
   */
  public MusterExecutor executor(PoolOptions options) {
    return new MusterExecutor(open(options.job(calls)), receiver, calls);
  }

  /** For tasks that wait rather than compute: Python's {@code asyncio}. They take no slot. */
  public Io io() {
    return io(IoOptions.DEFAULT);
  }

  /** The same with limits of its own. */
  public Io io(IoOptions options) {
    return new Io(() -> open(options.job()), receiver, calls, options);
  }

  /**
   * Calls a function in another process; stands in for {@code CompletableFuture.supplyAsync(…,
   * executor)}. What depends on the future runs on threads of Muster's own ({@code
   * muster-futures-N}) unless it says where. Cancelling the future, a time-out of it ({@code
   * orTimeout}), or completing it otherwise stops the task. It fails with the task's own exception.
   */
  public <T extends @Nullable Object> CompletableFuture<T> supplyAsync(RemoteCallable<T> supplier) {
    return futures.future(supplier, gathering());
  }

  /** The same for something that returns nothing. */
  public CompletableFuture<@Nullable Void> runAsync(RemoteRunnable task) {
    return futures.future(task, gathering());
  }

  /**
   * Results in the order in which they come; stands in for {@link
   * java.util.concurrent.ExecutorCompletionService}.
   */
  public <V extends @Nullable Object> MusterCompletionService<V> completionService() {
    return new MusterCompletionService<>(gathering()::submitTold);
  }

  /**
   * Submits a job: durable, it outlives this program. Returns when the coordinator has written it
   * down; sent again when the coordinator goes away meanwhile, it is one job all the same.
   *
   * @throws IllegalArgumentException when the class can't be run, or its inputs don't suit it
   * @throws UncheckedIOException when code or files that it needs can't be read
   * @throws ClusterException when the cluster does not take it
   */
  public JobHandle submit(JobRequest request) {
    mustBeOpen();
    return jobs.submit(request);
  }

  /** Submits jobs in a row as one, in the same way. Its handle is about all of them together. */
  public JobHandle submit(Pipeline pipeline) {
    mustBeOpen();
    return jobs.submit(pipeline);
  }

  /** A job that was submitted before, by whomever; whether it is there is asked when it is used. */
  public JobHandle job(long id) {
    mustBeOpen();
    return jobs.job(id);
  }

  private synchronized MusterExecutor gathering() {
    MusterExecutor mine = gathering;
    if (mine == null) {
      mine = executor(PoolOptions.DEFAULT.name("supplyAsync"));
      gathering = mine;
    }
    return mine;
  }

  private CallSink open(OpenJobOptions options) {
    Session open = session();
    JobSource source = source(options);
    try {
      List<?> unused = code.upload(api); // what can't be read is told here rather than later
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
    return open.open(source);
  }

  private JobSource source(OpenJobOptions options) {
    String user = System.getProperty("user.name", "");
    Policy policy = options.policy(valueLimit);
    return (requestId, session) ->
        new JobSpec(
            requestId,
            options.name(),
            user,
            new Program.Calls(
                code.upload(api), options.setup(), options.tasksPerProcess(), options.io()),
            new Inputs.Open(),
            policy,
            session);
  }

  private synchronized void mustBeOpen() {
    if (closed) {
      throw new IllegalStateException("this Muster is closed");
    }
  }

  private synchronized Session session() {
    mustBeOpen();
    if (whyEnded != null) {
      throw new ClusterException.Refused(whyEnded);
    }
    Session mine = session;
    if (mine == null) {
      mine =
          new Session(
              new CoordinatorApi(addresses, access),
              new CoordinatorApi(addresses, access),
              UNANSWERED_BYTES,
              valueLimit,
              output::print);
      session = mine;
    }
    return mine;
  }

  /**
   * Ends all pools and executors that are still open: what is unanswered is cancelled, and stopped
   * where it runs. A cluster of this program's own ends with it.
   */
  @Override
  public void close() {
    Session open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = session;
    }
    if (open != null) {
      open.close();
    }
    callbacks.close();
    output.close();
    futures.close();
    jobs.close();
    api.close();
    if (local != null) {
      local.close();
    }
  }

  /** The options of a connection. Not thread-safe. */
  public static final class Builder {
    private @Nullable ClassLoader loader;
    private @Nullable ObjectInputFilter filter;
    private final List<Path> jars = new ArrayList<>();
    private long valueLimit = 1L << 30;
    private Duration within = Duration.ofSeconds(5);
    private @Nullable String token;
    private @Nullable Path ca;
    private @Nullable PrintStream out = System.out;
    private @Nullable PrintStream err = System.err;

    private Builder() {}

    /**
     * The loader whose classes go to the workers, and are looked up for results; without it the
     * context class loader of the thread that connects.
     */
    public Builder classLoader(ClassLoader loader) {
      this.loader = loader;
      return this;
    }

    /**
     * What results and exceptions may consist of. Without it: what the JVM's own filter ({@code
     * jdk.serialFilter}) says, and nothing nested deeper than 1,000 objects.
     */
    public Builder serialFilter(ObjectInputFilter filter) {
      this.filter = filter;
      return this;
    }

    /** One more jar, or class folder, for the workers; behind the program's own. */
    public Builder addJar(Path jar) {
      jars.add(jar);
      return this;
    }

    /** How many bytes one input or one result may have; 1 GiB without it. */
    public Builder valueLimit(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a limit is at least 1 byte, not " + bytes);
      }
      valueLimit = bytes;
      return this;
    }

    /**
     * The token to show to a cluster beyond loopback; it tells the right cluster too. Without it
     * the environment's {@code MUSTER_TOKEN} is taken, if that is set.
     *
     * @param text as {@code muster token create} printed it, or {@code @FILE}
     */
    public Builder token(String text) {
      token = text;
      return this;
    }

    /**
     * A PEM file with the authorities to believe, where the token's fingerprint is not enough.
     * Without it the environment's {@code MUSTER_CA} is taken, if that is set.
     */
    public Builder ca(Path file) {
      ca = file;
      return this;
    }

    private Access access() {
      String shown = token != null ? token : environment("MUSTER_TOKEN");
      String believed = environment("MUSTER_CA");
      return Access.of(shown, ca != null ? ca : believed == null ? null : Path.of(believed));
    }

    private static @Nullable String environment(String name) {
      String value = System.getenv(name);
      return value == null || value.isEmpty() ? null : value;
    }

    /** How long {@link #connect} tries; five seconds without it. */
    public Builder within(Duration time) {
      within = time;
      return this;
    }

    /**
     * Where what tasks print goes; without it this program's standard output and standard error.
     *
     * @param out null: nowhere
     * @param err null: nowhere
     */
    public Builder output(@Nullable PrintStream out, @Nullable PrintStream err) {
      this.out = out;
      this.err = err;
      return this;
    }

    /** See {@link Muster#connect}. */
    public Muster connect(String... addresses) {
      if (addresses.length == 0) {
        throw new IllegalArgumentException("no address to connect to");
      }
      return connected(addresses(addresses), access(), null);
    }

    /** See {@link Muster#local()}. */
    public Muster local() {
      return local(Runtime.getRuntime().availableProcessors());
    }

    /** See {@link Muster#local(int)}. */
    public Muster local(int processes) {
      if (processes < 1) {
        throw new IllegalArgumentException("at least 1 process, not " + processes);
      }
      LocalCluster cluster =
          ServiceLoader.load(LocalCluster.Starter.class)
              .findFirst()
              .or(() -> ServiceLoader.load(LocalCluster.Starter.class, loader()).findFirst())
              .orElseThrow(() -> new IllegalStateException(whyNoLocal()))
              .start(processes);
      try {
        return connected(List.of(cluster.address()), Access.plain(), cluster);
      } catch (RuntimeException | Error e) {
        cluster.close();
        throw e;
      }
    }

    private static String whyNoLocal() {
      return System.getProperty(TASK_PROCESS) == null
          ? "Muster.local needs one more dependency: add io.muster:local"
          : "Muster.local is called in a task process, where the static fields of a class are set"
              + " again: keep the client in a local variable, or in a class whose lambdas stay at"
              + " home";
    }

    private static List<String> addresses(String... given) {
      List<String> addresses = new ArrayList<>();
      for (String each : given) {
        for (String address : each.split(",", -1)) {
          addresses.add(address(address.strip()));
        }
      }
      return addresses;
    }

    private static String address(String text) {
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? "" : text.substring(0, colon);
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (!host.isEmpty() && !host.contains("/") && port > 0 && port < 1 << 16) {
          return text;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("not a HOST:PORT: '" + text + "'", e);
      }
      throw new IllegalArgumentException("not a HOST:PORT: '" + text + "'");
    }

    private Muster connected(
        List<String> addresses, Access access, @Nullable LocalCluster cluster) {
      CoordinatorApi api = new CoordinatorApi(addresses, access);
      try {
        reach(api);
        return new Muster(this, addresses, access, api, cluster);
      } catch (RuntimeException | Error e) {
        api.close();
        throw e;
      }
    }

    private void reach(CoordinatorApi api) {
      long until = System.nanoTime() + within.toNanos();
      while (true) {
        try {
          List<?> unused = api.missing(List.of());
          return;
        } catch (ClusterException.NotReached e) {
          if (System.nanoTime() - until >= 0) {
            throw e;
          }
          pause(e);
        }
      }
    }

    private static void pause(ClusterException.NotReached e) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw e;
      }
    }

    private ClassLoader loader() {
      if (loader != null) {
        return loader;
      }
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    private ObjectInputFilter filter() {
      return filter != null ? filter : CallValues.defaultFilter();
    }
  }
}
