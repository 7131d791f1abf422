package io.muster.coordinator.cli;

import io.muster.client.ClassInputs;
import io.muster.client.InputValues;
import io.muster.client.LocalFile;
import io.muster.client.Submission;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ProgramClass;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code submit}: a program or an I/O task on every input. What can be refused is, before anything
 * is sent.
 */
@Command(
    name = "submit",
    description = "Submits a job: a Java task class, a command or an I/O task, run on every input.",
    customSynopsis = {
      "muster submit [OPTIONS] --jar JAR --task CLASS",
      "       muster submit [OPTIONS] -- COMMAND ARG…",
      "       muster submit [OPTIONS] --io NAME",
      "       muster submit --file JOB.yaml"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster submit --wait --range 0..10 -- echo 'task {#} has input {}'",
      "  find /etc -name '*.conf' | muster submit --wait --lines - -- sha256sum '{}'",
      "  muster submit --wait --lines urls.txt --io http-get --limit-per-key 4",
      "  muster submit --wait --range 0..1000000000 \\",
      "      --jar examples/target/examples.jar \\",
      "      --task io.muster.examples.PrimeCount"
    })
final class SubmitCommand extends ClientCommand {
  @Mixin private SubmitOptions options = new SubmitOptions();

  private final List<String> command;

  /**
   * @param command what stood behind {@code --}, or nothing
   */
  SubmitCommand(Surroundings machine, List<String> command) {
    super(machine);
    this.command = command;
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    List<String> argv = command;
    if (options.file != null) {
      argv = readFile(options.file);
    }
    options.check(!argv.isEmpty());
    JobId job =
        !argv.isEmpty()
            ? submitCommand(cluster, argv)
            : options.io != null ? submitIo(cluster, options.io) : submitClass(cluster);
    remember(job);
    if (json()) {
      machine.print("{\"job\":" + job + "}");
    } else {
      machine.print(job.toString());
      machine.say("job " + job + " submitted");
    }
    machine.out().flush();
    if (!options.wait) {
      return ExitCode.DONE;
    }
    JobStatus end = new Waiting(machine, cluster, options.within).end(job);
    return end.state() == JobState.SUCCEEDED ? ExitCode.DONE : ExitCode.JOB_DID_NOT_SUCCEED;
  }

  /** The command line's own options stand over the file's. */
  private List<String> readFile(String name) throws IOException {
    JobFile file;
    try (var in = InputSource.open("--file", name, machine)) {
      file =
          JobFile.read(
              in, name, new CommandLine(new SubmitOptions()).getCommandSpec().optionsMap());
    }
    SubmitOptions read = new SubmitOptions();
    try {
      new CommandLine(read)
          .setExpandAtFiles(false)
          .parseArgs(file.options().toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new Refused(
          ExitCode.WRONG_USAGE, name + ": " + Text.oneLine(String.valueOf(e.getMessage())));
    }
    options = options.over(read);
    if (!command.isEmpty() && !file.command().isEmpty()) {
      throw new Refused(ExitCode.WRONG_USAGE, name + " has a command, and so has the command line");
    }
    return command.isEmpty() ? file.command() : command;
  }

  private JobId submitCommand(CoordinatorApi cluster, List<String> argv) throws IOException {
    List<LocalFile> with = files("--with", options.with);
    String cwd = options.cwd == null ? "" : options.cwd;
    String folder = cwd.equals("task") ? "" : machine.folder().resolve(cwd).normalize().toString();
    if (!with.isEmpty() && !cwd.equals("task")) {
      throw new Refused(ExitCode.WRONG_USAGE, "--with ships files into --cwd task: say that too");
    }
    Inputs given = options.inputs();
    var program =
        new Program.Command(
            argv, options.stdin, folder, with.stream().map(LocalFile::blob).toList());
    return submit(
        cluster,
        Submission.nameOf(argv),
        Submission.Needs.files(program, with),
        new ClassInputs(given == null ? new Inputs.None() : given, options.chunk()),
        false);
  }

  private JobId submitIo(CoordinatorApi cluster, String name) throws IOException {
    Inputs given = options.inputs();
    return submit(
        cluster,
        name,
        Submission.Needs.files(new Program.Io(name, options.args), List.of()),
        new ClassInputs(given == null ? new Inputs.None() : given, options.chunk()),
        true);
  }

  private JobId submitClass(CoordinatorApi cluster) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String jar : options.jars) {
      jars.add(existing("--jar", jar));
    }
    String task = Objects.requireNonNull(options.task);
    ProgramClass type;
    try {
      type = ProgramClass.inspect(jars, task);
    } catch (UnusableProgramException e) {
      throw new Refused(ExitCode.REFUSED, Text.oneLine(String.valueOf(e.getMessage())));
    }
    if (type.shape() != Program.Shape.IO) {
      options.refuseKeys("class " + type.name() + " is none");
    }
    ClassInputs inputs = inputs(type);
    List<LocalFile> shipped = files("--jar", options.jars);
    var program =
        new Program.Java(
            shipped.stream().map(LocalFile::blob).toList(),
            type.name(),
            type.shape(),
            options.args);
    return submit(
        cluster, Submission.nameOf(type), Submission.Needs.files(program, shipped), inputs, true);
  }

  private ClassInputs inputs(ProgramClass type) {
    try {
      return ClassInputs.of(type, options.inputs(), options.chunk());
    } catch (ClassInputs.MisfitException e) {
      String what =
          switch (e.misfit()) {
            case SPLITS_ITSELF -> "splits itself: no --range, --lines or --json";
            case TAKES_A_RANGE -> "is a range task: give it --range A..B";
            case TAKES_A_CHUNK -> "does not combine: --chunk N says how long its pieces are";
          };
      throw new Refused(ExitCode.WRONG_USAGE, "class " + type.name() + " " + what);
    }
  }

  private JobId submit(
      CoordinatorApi cluster, String name, Submission.Needs needs, ClassInputs inputs, boolean json)
      throws IOException {
    try (InputSource source = source(json)) {
      Encoding encoding = options.lines != null && !json ? Encoding.BYTES : Encoding.JSON;
      var submission =
          new Submission(
              options.name == null ? name : options.name,
              needs,
              inputs.inputs(),
              options.policy(inputs.chunk()),
              source == null ? InputValues.NONE : InputValues.once(encoding, source));
      return submission.send(cluster, Duration.ZERO);
    }
  }

  /**
   * Inputs to be sent, or null if there are none.
   *
   * @param json lines become texts of JSON
   */
  private @Nullable InputSource source(boolean json) throws IOException {
    if (options.lines != null) {
      return new InputSource.Lines(
          InputSource.open("--lines", options.lines, machine), options.lines, json);
    }
    if (options.json != null) {
      return new InputSource.Entries(
          InputSource.open("--json", options.json, machine), options.json);
    }
    return null;
  }

  private Path existing(String option, String file) {
    Path path = machine.folder().resolve(file);
    if (!Files.exists(path)) {
      throw new Refused(ExitCode.NOT_FOUND, option + ": no such file: " + file);
    }
    return path;
  }

  private List<LocalFile> files(String option, List<String> names) throws IOException {
    List<LocalFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      Path path = existing(option, name);
      if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
        throw new Refused(ExitCode.NOT_FOUND, option + ": not a file that can be read: " + name);
      }
      if (!seen.add(String.valueOf(path.getFileName()))) {
        throw new Refused(
            ExitCode.WRONG_USAGE, option + ": two files are called " + path.getFileName());
      }
      files.add(LocalFile.of(path));
    }
    return files;
  }
}
