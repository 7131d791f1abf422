package io.muster.coordinator.cli;

import io.muster.client.LocalFile;
import io.muster.client.PackedInputs;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ProgramClass;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code submit}: a program on every input. What can be refused is, before anything is sent. */
@Command(
    name = "submit",
    description = "Submits a job: a Java task class, or a command, run on every input.",
    customSynopsis = {
      "muster submit [OPTIONS] --jar JAR --task CLASS",
      "       muster submit [OPTIONS] -- COMMAND ARG…",
      "       muster submit --file JOB.yaml"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster submit --wait --range 0..10 -- echo 'task {#} has input {}'",
      "  find /etc -name '*.conf' | muster submit --wait --lines - -- sha256sum '{}'",
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
    JobId job = argv.isEmpty() ? submitClass(cluster) : submitCommand(cluster, argv);
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
    Inputs inputs = options.inputs(1);
    var program =
        new Program.Command(
            argv, options.stdin, folder, with.stream().map(LocalFile::blob).toList());
    String name = Path.of(argv.get(0)).getFileName() == null ? argv.get(0) : shortened(argv);
    return submit(cluster, with, name, program, inputs, options.chunk(), false);
  }

  private static String shortened(List<String> argv) {
    String whole = String.join(" ", argv);
    return whole.length() <= 60 ? whole : whole.substring(0, 59) + "…";
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
    Inputs inputs = inputs(type);
    List<LocalFile> shipped = files("--jar", options.jars);
    var program =
        new Program.Java(
            shipped.stream().map(LocalFile::blob).toList(),
            type.name(),
            type.shape(),
            options.args);
    String name = type.name().substring(type.name().lastIndexOf('.') + 1);
    long chunk = type.shape() == Program.Shape.PIECES ? 0 : options.chunk();
    return submit(cluster, shipped, name, program, inputs, chunk, true);
  }

  private Inputs inputs(ProgramClass type) {
    return switch (type.shape()) {
      case TASK -> options.inputs(1);
      case JOB -> {
        if (options.hasInputs()) {
          throw wrong(type, "splits itself: no --range, --lines or --json");
        }
        yield new Inputs.Split();
      }
      case COMBINING_RANGE -> {
        checkRange(type);
        yield options.inputs(1);
      }
      case PIECES -> {
        checkRange(type);
        if (options.chunk() == 0) {
          throw wrong(type, "does not combine: --chunk N says how long its pieces are");
        }
        yield options.inputs(options.chunk());
      }
    };
  }

  private void checkRange(ProgramClass type) {
    if (options.range == null) {
      throw wrong(type, "is a range task: give it --range A..B");
    }
  }

  private static Refused wrong(ProgramClass type, String what) {
    return new Refused(ExitCode.WRONG_USAGE, "class " + type.name() + " " + what);
  }

  private JobId submit(
      CoordinatorApi cluster,
      List<LocalFile> files,
      String name,
      Program program,
      Inputs inputs,
      long chunk,
      boolean java)
      throws IOException {
    JobSpec spec =
        new JobSpec(
            UUID.randomUUID().toString(),
            options.name == null ? name : options.name,
            System.getProperty("user.name", ""),
            program,
            inputs,
            options.policy(chunk));
    try (Source source = source(java)) {
      Iterator<Values> packed = source.packed(cluster);
      boolean unused = packed.hasNext(); // what can't be read at all is refused now
      if (!files.isEmpty()) {
        LocalFile.upload(cluster, files);
      }
      return cluster.submit(spec, packed);
    }
  }

  private Source source(boolean java) throws IOException {
    if (options.lines != null) {
      var in = InputSource.open("--lines", options.lines, machine);
      Encoding encoding = java ? Encoding.JSON : Encoding.BYTES;
      return new Source(encoding, new InputSource.Lines(in, options.lines, java));
    }
    if (options.json != null) {
      var in = InputSource.open("--json", options.json, machine);
      return new Source(Encoding.JSON, new InputSource.Entries(in, options.json));
    }
    return new Source(Encoding.JSON, null);
  }

  /** Inputs to be sent, if there are any. */
  private record Source(Encoding encoding, @org.jspecify.annotations.Nullable InputSource inputs)
      implements AutoCloseable {
    Iterator<Values> packed(CoordinatorApi cluster) {
      return inputs == null
          ? Collections.emptyIterator()
          : new PackedInputs(cluster, encoding, inputs);
    }

    @Override
    public void close() throws IOException {
      if (inputs != null) {
        inputs.close();
      }
    }
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
