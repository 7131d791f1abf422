package io.muster.client;

import io.muster.protocol.Inputs;
import io.muster.protocol.IoNames;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A job to be submitted: a program, its inputs, and how its tasks are run. The same as the options
 * of {@code muster submit}, under the same names.
 *
 * <pre>{@code
 * JobHandle job = muster.submit(JobRequest.task(Square.class).range(0, 1000).retries(2).build());
 * job.await();
 * try (Stream<Long> squares = job.results(Long.class)) {
 *   squares.forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>A submitted job is durable: it goes on when this program ends, and {@code muster.job(id)}
 * finds it again. Its tasks run at least once; each result is recorded once.
 */
public final class JobRequest {
  /** What runs on every input. */
  sealed interface Work permits OfClass, OfJars, OfCommand, OfIo {}

  /** A class of the calling program, whose class path travels with it. */
  record OfClass(Class<?> type) implements Work {}

  /** A class of jars, which travel alone. */
  record OfJars(String className, List<Path> jars) implements Work {}

  /**
   * @param cwd a folder on the worker; null: an empty one for each task
   */
  record OfCommand(List<String> argv, boolean stdin, @Nullable Path cwd, List<Path> with)
      implements Work {}

  /** An I/O task that workers have built in. */
  record OfIo(String name) implements Work {}

  /** Inputs as they were given. */
  sealed interface Given permits Range, Objects {}

  record Range(long from, long until) implements Given {
    Range {
      refuse(until < from, "the range %d..%d is upside down", from, until);
      refuse(
          Inputs.Range.isTooLarge(from, until),
          "the range %d..%d has more than %d integers",
          from,
          until,
          Inputs.Range.MOST);
    }
  }

  /** How objects become inputs. */
  enum Form {
    JAVA,
    JSON,
    LINES
  }

  /**
   * @param again whether they can be gone through more than once
   */
  record Objects(Form form, Iterable<?> each, boolean again) implements Given {
    static Objects of(Form form, Collection<?> objects) {
      return new Objects(form, objects, true);
    }

    /** They pass by once. */
    static Objects of(Form form, Stream<?> objects) {
      Iterator<?> iterator = objects.iterator();
      return new Objects(form, () -> cast(iterator), false);
    }

    @SuppressWarnings("unchecked") // an iterator only gives
    private static Iterator<Object> cast(Iterator<?> iterator) {
      return (Iterator<Object>) iterator;
    }
  }

  private final Work work;
  private final @Nullable Given given;
  private final @Nullable String name;
  private final Map<String, String> args;
  private final long chunk;
  private final Policy policy;

  private JobRequest(Builder from, Work work) {
    this.work = work;
    given = from.given;
    name = from.name;
    args = Map.copyOf(from.args);
    chunk = from.chunk;
    policy = from.policy();
  }

  Work work() {
    return work;
  }

  /** Null: none were given. */
  @Nullable Given given() {
    return given;
  }

  /** Null: it is called after its program. */
  @Nullable String name() {
    return name;
  }

  Map<String, String> args() {
    return args;
  }

  /** 0: by measured duration. */
  long chunk() {
    return chunk;
  }

  /** Its chunk is still to be set. */
  Policy policy() {
    return policy;
  }

  /**
   * Runs a class of this program: a {@code Task}, {@code RangeTask}, {@code IoTask} or {@code Job}
   * of {@code io.muster.api}, public, with a public constructor without arguments. This program's
   * class path travels with it; what the cluster has already does not travel again.
   */
  public static Builder task(Class<?> type) {
    Builder builder = new Builder();
    builder.type = type;
    return builder;
  }

  /**
   * Runs a class of a jar, with that jar as its class path; {@link Builder#jar} adds to it.
   *
   * @param className as above; {@code a.b.Outer.Inner} for one inside another
   */
  public static Builder task(Path jar, String className) {
    Builder builder = new Builder();
    builder.className = className;
    builder.jars.add(jar);
    return builder;
  }

  /**
   * Runs a program that workers have, in any language. Its standard output is the result, its
   * standard error the log. In any of its arguments, <code>{}</code> is the input and <code>{#}
   * </code> its index.
   */
  public static Builder command(String program, String... arguments) {
    Builder builder = new Builder();
    builder.argv.add(program);
    builder.argv.addAll(List.of(arguments));
    return builder;
  }

  /**
   * Runs an I/O task that workers have built in: {@code http-get}, {@code http-post}, {@code
   * tcp-check}, {@code file-stat}, {@code file-hash}, {@code sleep}. {@link Builder#arg} gives its
   * options.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public static Builder io(String name) {
    if (!IoNames.isOne(name)) {
      throw new IllegalArgumentException(IoNames.unknown(name));
    }
    Builder builder = new Builder();
    builder.io = name;
    return builder;
  }

  static void refuse(boolean wrong, String line, Object... values) {
    if (wrong) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, line, values));
    }
  }

  /**
   * Gathers what there is to say about a job. What can't be meant is refused at once with an {@link
   * IllegalArgumentException} of one line. One thread.
   */
  public static final class Builder {
    private @Nullable Class<?> type;
    private @Nullable String className;
    private @Nullable String io;
    private final List<Path> jars = new ArrayList<>();
    private final List<String> argv = new ArrayList<>();
    private final Map<String, String> args = new LinkedHashMap<>();
    private final Map<String, String> where = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private final List<Path> with = new ArrayList<>();
    private @Nullable Given given;
    private @Nullable String name;
    private @Nullable Duration timeout;
    private @Nullable Path cwd;
    private boolean taskFolder;
    private boolean stdin;
    private int retries = Policy.DEFAULT.retries();
    private int crashLimit = Policy.DEFAULT.crashLimit();
    private long maxFailures = Policy.DEFAULT.maxFailures();
    private long chunk;
    private int limit = Policy.DEFAULT.limit();
    private double rate = Policy.DEFAULT.rate();
    private int limitPerKey = Policy.DEFAULT.keys().limit();
    private int circuit = Policy.DEFAULT.keys().circuit();
    private int priority = Policy.DEFAULT.priority();
    private long memory = Policy.DEFAULT.memory();
    private long logLimit = Policy.DEFAULT.logLimit();
    private long resultLimit = Policy.DEFAULT.resultLimit();

    private Builder() {}

    /**
     * What people see in lists, at most 200 characters; else it is called after its class or
     * command.
     */
    public Builder name(String text) {
      refuse(
          text.length() > JobSpec.LONGEST_NAME,
          "name: at most " + JobSpec.LONGEST_NAME + " characters: %d",
          text.length());
      name = text;
      return this;
    }

    /**
     * Inputs: the integers from {@code from} up to but not including {@code until}. The only inputs
     * that a {@code RangeTask} takes.
     */
    public Builder range(long from, long until) {
      return given(new Range(from, until));
    }

    /**
     * Inputs: these objects, each in Java serialization; results come back the same way. They are
     * read while they are sent, and not to be changed until {@code submit} has returned. Not for
     * commands.
     */
    public Builder inputs(Collection<?> objects) {
      return given(Objects.of(Form.JAVA, objects));
    }

    /**
     * The same, of any number. They pass by once: when the coordinator goes away while they are
     * sent, {@code submit} can't begin again and says so.
     */
    public Builder inputs(Stream<?> objects) {
      return given(Objects.of(Form.JAVA, objects));
    }

    /**
     * Inputs: these objects as JSON (numbers, texts, lists, maps; of your own classes their
     * fields); results come back the same way. People and other languages can read them.
     */
    public Builder json(Collection<?> objects) {
      return given(Objects.of(Form.JSON, objects));
    }

    /** The same, of any number; they pass by once, see {@link #inputs(Stream)}. */
    public Builder json(Stream<?> objects) {
      return given(Objects.of(Form.JSON, objects));
    }

    /** Inputs: these texts. A command gets each as it is. */
    public Builder lines(Collection<String> texts) {
      return given(Objects.of(Form.LINES, texts));
    }

    /** The same, of any number; they pass by once, see {@link #inputs(Stream)}. */
    public Builder lines(Stream<String> texts) {
      return given(Objects.of(Form.LINES, texts));
    }

    private Builder given(Given inputs) {
      refuse(given != null, "a job has its inputs from one place: range, inputs, json or lines");
      given = inputs;
      return this;
    }

    /** How long a task (of a range task: a piece) may run; then its process is killed. */
    public Builder timeout(Duration most) {
      refuse(most.isZero() || most.isNegative(), "timeout: more than 0: %s", most);
      timeout = most;
      return this;
    }

    /** Further tries after an exception, a non-zero exit, a time-out or too much memory (0). */
    public Builder retries(int more) {
      refuse(more < 0, "retries: not negative: %d", more);
      retries = more;
      return this;
    }

    /** Deaths of processes until a task is given up (5). */
    public Builder crashLimit(int deaths) {
      refuse(deaths < 1, "crashLimit: at least 1: %d", deaths);
      crashLimit = deaths;
      return this;
    }

    /** Failed tasks at which the rest is cancelled; 0: never (0). */
    public Builder maxFailures(long tasks) {
      refuse(tasks < 0, "maxFailures: not negative: %d", tasks);
      maxFailures = tasks;
      return this;
    }

    /**
     * Tasks sent at once; of a range task that does not combine, the length of a piece. Not said:
     * as many as take about 100 ms.
     */
    public Builder chunk(long tasks) {
      refuse(tasks < 1, "chunk: at least 1: %d", tasks);
      chunk = tasks;
      return this;
    }

    /** Tasks of this job running at once; 0: no limit (0). */
    public Builder limit(int tasks) {
      refuse(tasks < 0, "limit: not negative: %d", tasks);
      limit = tasks;
      return this;
    }

    /** Tasks of this job started a second, over all workers. Not said: any number. */
    public Builder rate(double perSecond) {
      refuse(!(perSecond > 0) || Double.isInfinite(perSecond), "rate: more than 0: %s", perSecond);
      rate = perSecond;
      return this;
    }

    /**
     * I/O tasks with the same {@link io.muster.api.IoTask#key key}, such as a host, running at once
     * on a worker; 0: no limit (0).
     */
    public Builder limitPerKey(int tasks) {
      refuse(tasks < 0, "limitPerKey: not negative: %d", tasks);
      limitPerKey = tasks;
      return this;
    }

    /**
     * Failures in a row after which a key of I/O tasks is left alone for a while; 0: it never is
     * (20).
     */
    public Builder circuit(int failures) {
      refuse(failures < 0, "circuit: not negative: %d", failures);
      circuit = failures;
      return this;
    }

    /** Higher runs first (0). */
    public Builder priority(int level) {
      priority = level;
      return this;
    }

    /**
     * What a task may use: of a class the {@code -Xmx} of its process, of a command its resident
     * size; at least 16 MiB. Not said: the worker's {@code --task-memory}.
     */
    public Builder memory(long bytes) {
      refuse(bytes < Policy.LEAST_MEMORY, "memory: at least 16 MiB: %d", bytes);
      memory = bytes;
      return this;
    }

    /** A label that workers must have. */
    public Builder where(String key, String value) {
      refuse(key.isEmpty(), "where: a label has a name");
      where.put(key, value);
      return this;
    }

    /** A variable in the environment of tasks. */
    public Builder env(String key, String value) {
      refuse(key.isEmpty(), "env: a variable has a name");
      env.put(key, value);
      return this;
    }

    /**
     * An argument for the class, which it reads with {@code TaskContext.args()}, or an option of a
     * built-in I/O task.
     */
    public Builder arg(String key, String value) {
      args.put(key, value);
      return this;
    }

    /** One more jar behind that of {@link JobRequest#task(Path, String)}. */
    public Builder jar(Path jar) {
      refuse(
          className == null,
          "jar(…) adds to task(jar, className); the class path of a class of this program travels"
              + " by itself");
      jars.add(jar);
      return this;
    }

    /** The command gets its input on its standard input. */
    public Builder stdin() {
      stdin = true;
      return this;
    }

    /** Where the command runs; workers must have that folder. Not said: this program's folder. */
    public Builder cwd(Path folder) {
      cwd = folder;
      return this;
    }

    /** The command runs in a new, empty folder for each task. */
    public Builder taskFolder() {
      taskFolder = true;
      return this;
    }

    /** Files to ship into {@link #taskFolder}. */
    public Builder with(Path... files) {
      with.addAll(List.of(files));
      return this;
    }

    /** Bytes kept of what a task prints, the first and the last half (1 MiB). */
    public Builder logLimit(long bytes) {
      refuse(bytes < 0, "logLimit: not negative: %d", bytes);
      logLimit = bytes;
      return this;
    }

    /** Bytes that a result may have (1 GiB). */
    public Builder resultLimit(long bytes) {
      refuse(bytes < 0, "resultLimit: not negative: %d", bytes);
      resultLimit = bytes;
      return this;
    }

    /**
     * The job that was described.
     *
     * @throws IllegalArgumentException when its parts don't go together; one line
     */
    public JobRequest build() {
      Work work = work();
      refuse(stdin && given == null, "stdin needs inputs: range, lines or json");
      return new JobRequest(this, work);
    }

    /**
     * The same as a stage of a pipeline, which gives it its inputs, and is limited as a whole.
     *
     * @throws IllegalArgumentException when it says what is not a stage's to say; one line
     */
    JobRequest stage() {
      refuse(
          given != null,
          "a stage gets its inputs from the one before it; those of the first begin the pipeline:"
              + " Pipeline.range, inputs, json or lines");
      refuse(name != null, "a stage has its name from stage(name, …)");
      refuse(
          priority != Policy.DEFAULT.priority(),
          "priority is about the whole pipeline: say it there");
      return new JobRequest(this, work());
    }

    private Work work() {
      if (io != null) {
        return ofIo(io);
      }
      return argv.isEmpty() ? ofClass() : ofCommand();
    }

    private Work ofIo(String task) {
      refuse(
          stdin || cwd != null || taskFolder || !with.isEmpty(),
          "stdin, cwd, taskFolder and with are for commands");
      refuse(
          memory != Policy.DEFAULT.memory(),
          "memory: built-in I/O tasks share a process; leave it out");
      refuse(
          given instanceof Objects objects && objects.form() == Form.JAVA,
          "a built-in I/O task can't read Java objects: give it range, lines or json");
      return new OfIo(task);
    }

    private Work ofClass() {
      refuse(
          stdin || cwd != null || taskFolder || !with.isEmpty(),
          "stdin, cwd, taskFolder and with are for commands");
      if (type != null) {
        return new OfClass(type);
      }
      return new OfJars(String.valueOf(className), List.copyOf(jars));
    }

    private Work ofCommand() {
      refuse(!args.isEmpty(), "arg is for task classes; a command has its own arguments");
      refuse(
          limitPerKey != 0 || circuit != Policy.DEFAULT.keys().circuit(),
          "limitPerKey and circuit are about keys of I/O tasks; a command has none");
      refuse(!with.isEmpty() && !taskFolder, "with ships files into taskFolder(): say that too");
      refuse(taskFolder && cwd != null, "either cwd or taskFolder");
      refuse(
          given instanceof Objects objects && objects.form() == Form.JAVA,
          "a command can't read Java objects: give it range, lines or json");
      Path folder = cwd == null ? Path.of("") : cwd;
      return new OfCommand(
          List.copyOf(argv),
          stdin,
          taskFolder ? null : folder.toAbsolutePath().normalize(),
          List.copyOf(with));
    }

    private Policy policy() {
      return new Policy(
          timeout,
          retries,
          crashLimit,
          maxFailures,
          0,
          limit,
          rate,
          priority,
          memory,
          Map.copyOf(where),
          Map.copyOf(env),
          logLimit,
          resultLimit,
          Policy.DEFAULT.backoff(),
          new Policy.Keys(limitPerKey, circuit));
    }
  }
}
