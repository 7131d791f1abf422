package io.muster.worker.process;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a job's command is started for each of its tasks. One thread. */
final class CommandStart {
  private static final int MOST_INPUT_IN_ENVIRONMENT = 100 * 1024;
  private static final Path NOTHING = Path.of("/dev/null");

  private final Surroundings surroundings;
  private final Path folder;
  private final JobId job;
  private final JobSpec spec;
  private final Program.Command command;
  private final TaskProcess.ProgramFiles files;
  private final @Nullable Path cwd;

  CommandStart(
      Surroundings surroundings,
      Path folder,
      JobId job,
      JobSpec spec,
      Program.Command command,
      TaskProcess.ProgramFiles files) {
    this.surroundings = surroundings;
    this.folder = folder;
    this.job = job;
    this.spec = spec;
    this.command = command;
    this.files = files;
    this.cwd = command.cwd().isEmpty() ? null : Path.of(command.cwd());
  }

  /** A command that runs; closing cleans up behind it. */
  record Started(CommandRun run, String mark, Marks marks, @Nullable Path taskFolder)
      implements AutoCloseable {
    @Override
    public void close() {
      marks.release(mark);
      if (taskFolder != null) {
        Folders.remove(taskFolder);
      }
    }
  }

  long logLimit() {
    return spec.policy().logLimit();
  }

  /** What is to be written to its standard input, or null. */
  byte @Nullable [] stdin(byte @Nullable [] input) {
    return command.stdin() ? (input == null ? new byte[0] : input) : null;
  }

  Started start(byte @Nullable [] input, long index, int tryNumber, BoundedLog log)
      throws CommandRefused, IOException {
    List<String> argv = CommandText.argv(command.argv(), input, index);
    requirePassable(argv);
    requireText(input);
    Path taskFolder = null;
    Path where = cwd;
    if (where == null) {
      taskFolder = taskFolder(index);
      where = taskFolder;
    } else if (!Files.isDirectory(where)) {
      throw new CommandRefused("no such folder on the worker: " + where + " (--cwd)");
    }
    String mark = surroundings.marks().next();
    try {
      ProcessBuilder builder =
          surroundings.launch().builder(argv, where, mark, environment(input, index, tryNumber));
      if (!command.stdin()) {
        builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()));
      }
      requireProgram(builder, argv.get(0));
      Process process = Launch.start(builder);
      CommandRun run =
          new CommandRun(
              process,
              mark,
              folder,
              surroundings.out(),
              spec.policy().resultLimit(),
              CommandRun.Output.of(spec),
              log,
              surroundings.threads());
      return new Started(run, mark, surroundings.marks(), taskFolder);
    } catch (IOException e) {
      giveUp(mark, taskFolder);
      throw refusal(argv.get(0), e);
    } catch (IllegalArgumentException e) { // what can stand in no environment
      giveUp(mark, taskFolder);
      throw e;
    }
  }

  private void giveUp(String mark, @Nullable Path taskFolder) {
    surroundings.marks().release(mark);
    if (taskFolder != null) {
      Folders.remove(taskFolder);
    }
  }

  private Path taskFolder(long index) throws IOException {
    Path taskFolder = Files.createTempDirectory(folder, "task" + index + "-");
    try {
      for (TaskProcess.ProgramFiles.Named file : files.with()) {
        Path copy = taskFolder.resolve(file.name()).normalize();
        if (!taskFolder.equals(copy.getParent())) {
          throw new IOException("'" + file.name() + "' is no plain name for a file");
        }
        Files.copy(file.file(), copy);
        if (!copy.toFile().setExecutable(true)) {
          throw new IOException("cannot make " + copy + " executable");
        }
        surroundings.launch().confinement().own(copy);
      }
      surroundings.launch().confinement().own(taskFolder);
      return taskFolder;
    } catch (IOException | IllegalArgumentException e) {
      Folders.remove(taskFolder);
      throw e;
    }
  }

  private Map<String, String> environment(byte @Nullable [] input, long index, int tryNumber) {
    Map<String, String> environment = new HashMap<>(spec.policy().env());
    environment.put("MUSTER_JOB_ID", job.toString());
    environment.put("MUSTER_TASK_INDEX", Long.toString(index));
    environment.put("MUSTER_TRY", Integer.toString(tryNumber));
    if (input != null && input.length <= MOST_INPUT_IN_ENVIRONMENT && CommandText.isText(input)) {
      String text = CommandText.decode(input);
      if (CommandText.canBePassed(text)) {
        environment.put("MUSTER_INPUT", text);
      }
    }
    return environment;
  }

  private void requireText(byte @Nullable [] input) throws CommandRefused {
    if (input != null
        && !CommandText.isText(input)
        && command.argv().stream().anyMatch(argument -> argument.contains("{}"))) {
      throw new CommandRefused(
          "the input is no "
              + CommandText.locale()
              + " text and cannot be an argument; --stdin passes any bytes");
    }
  }

  private static void requirePassable(List<String> argv) throws CommandRefused {
    for (String argument : argv) {
      if (argument.indexOf('\0') >= 0) {
        throw new CommandRefused("an argument of a command cannot contain a NUL byte; --stdin can");
      }
      if (!CommandText.canBePassed(argument)) {
        throw new CommandRefused(
            "the worker runs with the encoding "
                + CommandText.locale()
                + " and cannot pass \""
                + argument
                + "\": start it with LANG=C.UTF-8");
      }
    }
  }

  /** Another program runs it then, which would not say so in a way that is told from a result. */
  private void requireProgram(ProcessBuilder builder, String program) throws CommandRefused {
    if (!surroundings.launch().confinement().isWrapped(false)) {
      return;
    }
    Path from = builder.directory().toPath();
    boolean found =
        program.contains("/")
            ? Files.isExecutable(from.resolve(program))
            : Arrays.stream(builder.environment().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(from.resolve(folder).resolve(program)));
    if (!found) {
      throw new CommandRefused("command not found on the worker: " + program);
    }
  }

  private static CommandRefused refusal(String program, IOException e) throws IOException {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("error=2,")) {
      return new CommandRefused("command not found on the worker: " + program);
    } else if (reason.contains("error=13,") || reason.contains("error=20,")) {
      return new CommandRefused("command not executable on the worker: " + program);
    } else if (reason.contains("error=8,")) {
      return new CommandRefused(
          "command not executable on the worker: "
              + program
              + " (neither a program nor a script with #!)");
    } else if (reason.contains("error=7,")) {
      return new CommandRefused(
          "the arguments of " + program + " are longer than the system allows; use --stdin");
    }
    throw e;
  }
}
