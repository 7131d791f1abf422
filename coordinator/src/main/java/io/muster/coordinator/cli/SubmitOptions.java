package io.muster.coordinator.cli;

import io.muster.protocol.Inputs;
import io.muster.protocol.IoNames;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code submit}, on the command line or in a job file. */
@Command
final class SubmitOptions {
  private static final Pattern RANGE = Pattern.compile("([+-]?\\d+)\\.\\.([+-]?\\d+)");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What people see in lists; at most 200 characters.")
  @Nullable String name;

  @Option(
      names = "--file",
      paramLabel = "JOB.yaml|-",
      description =
          "Read the job from a file: keys are these long options, 'command: […]', and of a pipeline"
              + " 'stages:', a list of such maps with 'name', 'flatten', 'after'.")
  @Nullable String file;

  @Option(
      names = "--jar",
      paramLabel = "JAR",
      description = "The jar of the task class; more of them make up a class path.")
  List<String> jars = new ArrayList<>();

  @Option(names = "--task", paramLabel = "CLASS", description = "The task class.")
  @Nullable String task;

  @Option(
      names = "--io",
      paramLabel = "NAME",
      completionCandidates = BuiltIn.class,
      description =
          "A built-in I/O task: http-get, http-post, tcp-check, file-stat, file-hash, sleep.")
  @Nullable String io;

  @Option(
      names = "--arg",
      paramLabel = "K=V",
      description = "An argument for the task class or the I/O task.")
  Map<String, String> args = new LinkedHashMap<>();

  @Option(
      names = "--range",
      paramLabel = "A..B",
      description = "Inputs: the integers from A up to B, which is not included.")
  @Nullable String range;

  @Option(
      names = "--lines",
      paramLabel = "FILE|-",
      description = "Inputs: the lines of a file, or of standard input.")
  @Nullable String lines;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Inputs: the entries of a JSON array.")
  @Nullable String json;

  @Option(names = "--stdin", description = "The command gets its input on standard input.")
  boolean stdin;

  @Option(
      names = "--cwd",
      paramLabel = "DIR|task",
      description = "Where the command runs (this folder); 'task': in an empty folder of its own.")
  @Nullable String cwd;

  @Option(
      names = "--with",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files to ship into '--cwd task'.")
  List<String> with = new ArrayList<>();

  @Option(
      names = "--wait",
      description = "Wait for the end, with a progress bar; exit 0 if it succeeded.")
  boolean wait;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = Amounts.Span.class,
      description = "With --wait: how long at most, 10m say; then exit 124.")
  @Nullable Duration within;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Amounts.Span.class,
      description = "How long a task (a piece of a range) may run, 30s say.")
  @Nullable Duration timeout;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "Further tries of a task that failed (0).")
  int retries = 0;

  @Option(
      names = "--crash-limit",
      paramLabel = "N",
      description = "Deaths of processes until a task is given up (5).")
  int crashLimit = 5;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      description = "Failed tasks at which the rest is cancelled; 0: never (0).")
  long maxFailures = 0;

  @Option(
      names = "--chunk",
      paramLabel = "auto|N",
      description =
          "Tasks sent at once; of a range task that does not combine, the length of a piece.")
  String chunk = "auto";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Tasks of this job running at once; 0: no limit (0).")
  int limit = 0;

  @Option(
      names = "--rate",
      paramLabel = "N[/s|/m]",
      converter = Amounts.Rate.class,
      description = "Tasks started a second, or a minute, over all workers (no limit).")
  @Nullable Double rate;

  @Option(
      names = "--limit-per-key",
      paramLabel = "N",
      description = "I/O tasks with the same key, such as a host, running at once on a worker.")
  int limitPerKey = 0;

  @Option(
      names = "--circuit",
      paramLabel = "N",
      description = "Failures in a row after which a key is left alone for a while (20; 0: never).")
  int circuit = Policy.Keys.DEFAULT.circuit();

  @Option(names = "--priority", paramLabel = "N", description = "Higher runs first (0).")
  int priority = 0;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "What a task may use, 512m say, at least 16m (the worker's --task-memory).")
  @Nullable Long memory;

  @Option(names = "--where", paramLabel = "K=V", description = "A label that workers must have.")
  Map<String, String> where = new LinkedHashMap<>();

  @Option(
      names = "--env",
      paramLabel = "K=V",
      description = "A variable in the environment of tasks.")
  Map<String, String> env = new LinkedHashMap<>();

  @Option(
      names = "--log-limit",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "Kept of what a task prints, first and last half; 0: next to nothing (1m).")
  long logLimit = 1 << 20;

  @Option(
      names = "--result-limit",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "How large a result may be (1g).")
  long resultLimit = 1 << 30;

  /** What {@code --io} may be. */
  static final class BuiltIn implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return IoNames.ALL.iterator();
    }
  }

  /** These, and those of a file where these say nothing. */
  SubmitOptions over(SubmitOptions file) {
    SubmitOptions both = new SubmitOptions();
    both.name = name != null ? name : file.name;
    both.jars = jars.isEmpty() ? file.jars : jars;
    both.task = task != null ? task : file.task;
    both.io = io != null ? io : file.io;
    both.args.putAll(file.args);
    both.args.putAll(args);
    both.range = range != null ? range : file.range;
    both.lines = lines != null ? lines : file.lines;
    both.json = json != null ? json : file.json;
    both.stdin = stdin || file.stdin;
    both.cwd = cwd != null ? cwd : file.cwd;
    both.with = with.isEmpty() ? file.with : with;
    both.wait = wait || file.wait;
    both.within = within != null ? within : file.within;
    both.timeout = timeout != null ? timeout : file.timeout;
    both.retries = retries != (0) ? retries : file.retries;
    both.crashLimit = crashLimit != (5) ? crashLimit : file.crashLimit;
    both.maxFailures = maxFailures != (0) ? maxFailures : file.maxFailures;
    both.chunk = chunk.equals("auto") ? file.chunk : chunk;
    both.limit = limit != (0) ? limit : file.limit;
    both.rate = rate != null ? rate : file.rate;
    both.limitPerKey = limitPerKey != (0) ? limitPerKey : file.limitPerKey;
    both.circuit = circuit != Policy.Keys.DEFAULT.circuit() ? circuit : file.circuit;
    both.priority = priority != (0) ? priority : file.priority;
    both.memory = memory != null ? memory : file.memory;
    both.where.putAll(file.where);
    both.where.putAll(where);
    both.env.putAll(file.env);
    both.env.putAll(env);
    both.logLimit = logLimit != (1 << 20) ? logLimit : file.logLimit;
    both.resultLimit = resultLimit != (1 << 30) ? resultLimit : file.resultLimit;
    return both;
  }

  /**
   * Refuses what does not go together.
   *
   * @param fed whether its inputs come from the stage before it
   */
  void check(boolean isCommand, boolean fed) {
    checkValues();
    if (isCommand) {
      refuse(!jars.isEmpty() || task != null, "either --jar and --task, or a command behind --");
      refuse(io != null, "either --io, or a command behind --");
      refuse(!args.isEmpty(), "--arg is for task classes; a command has its own arguments");
      refuseKeys("a command has none");
    } else if (io != null) {
      refuse(!jars.isEmpty() || task != null, "either --io, or --jar and --task");
      refuse(!IoNames.isOne(io), "--io: " + IoNames.unknown(io));
      refuse(stdin || cwd != null || !with.isEmpty(), "--stdin, --cwd and --with are for commands");
      refuse(memory != null, "--memory: built-in I/O tasks share a process; leave it out");
    } else {
      refuse(
          jars.isEmpty() && task == null,
          "nothing to run: give --jar and --task, or --io NAME, or -- COMMAND");
      refuse(jars.isEmpty(), "--task needs --jar, the jar with that class");
      refuse(task == null, "--jar needs --task, the class to run");
      refuse(stdin || cwd != null || !with.isEmpty(), "--stdin, --cwd and --with are for commands");
    }
    refuse(stdin && !fed && !hasInputs(), "--stdin needs inputs: --range, --lines or --json");
    checkWhole();
  }

  /** Refuses what does not go together of what is about the whole of a pipeline too. */
  void checkWhole() {
    long sources = Stream.of(range, lines, json).filter(each -> each != null).count();
    refuse(sources > 1, "at most one of --range, --lines and --json");
    refuse(within != null && !wait, "--within goes with --wait");
  }

  boolean hasInputs() {
    return range != null || lines != null || json != null;
  }

  /** Refuses what can't be meant by itself. */
  void checkValues() {
    refuse(retries < 0, "--retries: not negative: " + retries);
    refuse(crashLimit < 1, "--crash-limit: at least 1: " + crashLimit);
    refuse(maxFailures < 0, "--max-failures: not negative: " + maxFailures);
    refuse(limit < 0, "--limit: not negative: " + limit);
    refuse(rate != null && rate == 0, "--rate: more than 0");
    refuse(limitPerKey < 0, "--limit-per-key: not negative: " + limitPerKey);
    refuse(circuit < 0, "--circuit: not negative: " + circuit);
    refuse(timeout != null && timeout.isZero(), "--timeout: more than 0");
    refuse(memory != null && memory < Policy.LEAST_MEMORY, "--memory: at least 16m, not " + memory);
    refuse(
        name != null && name.length() > JobSpec.LONGEST_NAME,
        "--name: at most "
            + JobSpec.LONGEST_NAME
            + " characters, not "
            + (name == null ? 0 : name.length()));
    refuse(env.containsKey(""), "--env: a name before the '=' is missing");
    refuse(where.containsKey(""), "--where: a label before the '=' is missing");
    chunk();
    inputs();
  }

  /** Refuses what is about keys, which I/O tasks have. */
  void refuseKeys(String because) {
    refuse(
        limitPerKey != 0 || circuit != Policy.Keys.DEFAULT.circuit(),
        "--limit-per-key and --circuit are about keys of I/O tasks; " + because);
  }

  private static void refuse(boolean wrong, String line) {
    if (wrong) {
      throw new Refused(ExitCode.WRONG_USAGE, line);
    }
  }

  /** 0: by measured duration. */
  long chunk() {
    if (chunk.equals("auto")) {
      return 0;
    }
    try {
      long tasks = Long.parseLong(chunk);
      refuse(tasks < 1, "--chunk: at least 1: " + chunk);
      return tasks;
    } catch (NumberFormatException e) {
      throw new Refused(ExitCode.WRONG_USAGE, "--chunk: 'auto' or a number: " + chunk);
    }
  }

  /** Those that were said, a range by ones, or null. */
  @Nullable Inputs inputs() {
    if (range != null) {
      return range(range);
    }
    // How many they are is known when all are sent; the coordinator counts.
    return lines != null || json != null ? new Inputs.Listed(0) : null;
  }

  private static Inputs range(String text) {
    Matcher range = RANGE.matcher(text);
    refuse(!range.matches(), "--range: '" + text + "' is not a range A..B of integers");
    try {
      long from = Long.parseLong(range.group(1));
      long until = Long.parseLong(range.group(2));
      refuse(until < from, "--range: " + text + " is upside down");
      refuse(
          Inputs.Range.isTooLarge(from, until),
          "--range: " + text + " has more than " + Inputs.Range.MOST + " integers");
      return new Inputs.Range(from, until, 1);
    } catch (NumberFormatException e) {
      throw new Refused(ExitCode.WRONG_USAGE, "--range: " + text + " is larger than 64 bits");
    }
  }

  Policy policy(long tasksOfChunk) {
    return new Policy(
        timeout,
        retries,
        crashLimit,
        maxFailures,
        tasksOfChunk,
        limit,
        rate == null ? 0 : rate,
        priority,
        memory == null ? 0 : memory,
        Map.copyOf(where),
        Map.copyOf(env),
        logLimit,
        resultLimit,
        Policy.DEFAULT.backoff(),
        new Policy.Keys(limitPerKey, circuit));
  }
}
