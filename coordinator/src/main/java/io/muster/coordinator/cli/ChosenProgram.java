package io.muster.coordinator.cli;

import io.muster.client.ClassInputs;
import io.muster.client.LocalFile;
import io.muster.client.Submission;
import io.muster.harness.ProgramClass;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Inputs;
import io.muster.protocol.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job, or a stage, is to run, as its options say it. What can be refused about it is, before
 * anything is sent.
 *
 * @param name what it is called if nobody says
 * @param files that go with it
 * @param type null: it is no class
 */
record ChosenProgram(
    String name, Program program, List<LocalFile> files, @Nullable ProgramClass type) {
  /**
   * @param argv of a command; empty: none
   */
  static ChosenProgram of(SubmitOptions options, List<String> argv, Surroundings machine)
      throws IOException {
    if (!argv.isEmpty()) {
      return command(options, argv, machine);
    }
    if (options.io != null) {
      Program program = new Program.Io(options.io, options.args);
      return new ChosenProgram(options.io, program, List.of(), null);
    }
    return ofClass(options, machine);
  }

  private static ChosenProgram command(
      SubmitOptions options, List<String> argv, Surroundings machine) throws IOException {
    List<LocalFile> with = files("--with", options.with, machine);
    String cwd = options.cwd == null ? "" : options.cwd;
    if (cwd.indexOf(0) >= 0) {
      throw new Refused(ExitCode.WRONG_USAGE, "--cwd: no folder's name has a NUL character");
    }
    String folder = cwd.equals("task") ? "" : machine.folder().resolve(cwd).normalize().toString();
    if (!with.isEmpty() && !cwd.equals("task")) {
      throw new Refused(ExitCode.WRONG_USAGE, "--with ships files into --cwd task: say that too");
    }
    Program program = new Program.Command(argv, options.stdin, folder, blobs(with));
    return new ChosenProgram(Submission.nameOf(argv), program, with, null);
  }

  private static ChosenProgram ofClass(SubmitOptions options, Surroundings machine)
      throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String jar : options.jars) {
      jars.add(existing("--jar", jar, machine));
    }
    ProgramClass type;
    try {
      type = ProgramClass.inspect(jars, Objects.requireNonNull(options.task));
    } catch (UnusableProgramException e) {
      throw new Refused(ExitCode.REFUSED, Text.oneLine(String.valueOf(e.getMessage())));
    }
    if (type.shape() != Program.Shape.IO) {
      options.refuseKeys("class " + type.name() + " is none");
    }
    List<LocalFile> shipped = files("--jar", options.jars, machine);
    Program program = new Program.Java(blobs(shipped), type.name(), type.shape(), options.args);
    return new ChosenProgram(Submission.nameOf(type), program, shipped, type);
  }

  /**
   * Its inputs as its kind wants them.
   *
   * @param given null: none were given
   */
  ClassInputs inputs(@Nullable Inputs given, long chunk) {
    if (type == null) {
      return new ClassInputs(given == null ? new Inputs.None() : given, chunk);
    }
    try {
      return ClassInputs.of(type, given, chunk);
    } catch (ClassInputs.MisfitException e) {
      throw misfit(type, e.misfit());
    }
  }

  /** The same of a stage; of the first one they are the pipeline's. */
  ClassInputs stageInputs(boolean first, @Nullable Inputs given, long chunk) {
    if (type == null) {
      return new ClassInputs(given == null ? new Inputs.None() : given, chunk);
    }
    try {
      return ClassInputs.ofStage(type, first, given, chunk);
    } catch (ClassInputs.MisfitException e) {
      throw misfit(type, e.misfit());
    }
  }

  private static Refused misfit(ProgramClass type, ClassInputs.Misfit misfit) {
    String what =
        switch (misfit) {
          case SPLITS_ITSELF -> "splits itself: no --range, --lines or --json";
          case TAKES_A_RANGE -> "is a range task: give it --range A..B";
          case TAKES_A_CHUNK -> "does not combine: --chunk N says how long its pieces are";
          case GIVES_ONE_RESULT ->
              "is a range task that combines to one result, and a stage gives one for each input:"
                  + " leave Combine out, or make it a Task";
          case NOT_ONE_BY_ONE ->
              "is a range task, and inputs come one by one from the stage before: make it a Task";
        };
    return new Refused(ExitCode.WRONG_USAGE, "class " + type.name() + " " + what);
  }

  boolean isCommand() {
    return program instanceof Program.Command;
  }

  private static List<BlobRef> blobs(List<LocalFile> files) {
    return files.stream().map(LocalFile::blob).toList();
  }

  private static Path existing(String option, String file, Surroundings machine) {
    Path path = machine.folder().resolve(file);
    if (!Files.exists(path)) {
      throw new Refused(ExitCode.NOT_FOUND, option + ": no such file: " + file);
    }
    return path;
  }

  private static List<LocalFile> files(String option, List<String> names, Surroundings machine)
      throws IOException {
    List<LocalFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      Path path = existing(option, name, machine);
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
