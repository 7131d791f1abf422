package io.muster.coordinator.cli;

import io.muster.client.ClassInputs;
import io.muster.client.InputValues;
import io.muster.client.LocalFile;
import io.muster.client.Submission;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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
    description =
        "Submits a job: a Java task class, a command or an I/O task, run on every input; or a"
            + " pipeline of them, from a file.",
    customSynopsis = {
      "muster submit [OPTIONS] --jar JAR --task CLASS",
      "       muster submit [OPTIONS] -- COMMAND ARG…",
      "       muster submit [OPTIONS] --io NAME",
      "       muster submit --file JOB.yaml"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster submit --wait --range 0..10 -- echo 'task {#} has input {}'",
      "  find /etc -type f -name '*.conf' |",
      "    muster submit --wait --lines - -- sha256sum '{}'",
      "  muster submit --wait --lines urls.txt --io http-get --limit-per-key 4",
      "  muster submit --wait --range 0..1000000000 \\",
      "      --jar examples/target/examples.jar \\",
      "      --task io.muster.examples.PrimeCount",
      "  echo '{range: 1..4, stages: [",
      "      {name: count, command: [seq, \"{}\"], flatten: true},",
      "      {name: square, command: [expr, \"{}\", \"*\", \"{}\"]}]}' |",
      "    muster submit --wait --file -"
    })
final class SubmitCommand extends ClientCommand {
  @Mixin private SubmitOptions options = new SubmitOptions();

  private final List<String> command;
  private boolean noInputs;

  /**
   * @param command what stood behind {@code --}, or nothing
   */
  SubmitCommand(Surroundings machine, List<String> command) {
    super(machine);
    this.command = command;
  }

  @Override
  ExitCode run(CoordinatorApi cluster) throws IOException {
    JobId job = options.file == null ? submitJob(cluster, command) : submitFile(cluster);
    remember(job);
    if (noInputs) {
      machine.say("muster: no inputs: job " + job + " has no tasks");
    }
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

  private JobId submitFile(CoordinatorApi cluster) throws IOException {
    String name = Objects.requireNonNull(options.file);
    JobFile file;
    try (var in = InputSource.open("--file", name, machine)) {
      file = JobFile.read(in, name.equals("-") ? "standard input" : name);
    }
    List<FileSection> stages = file.stages();
    if (stages != null) {
      return submitPipeline(cluster, file, stages);
    }
    FileSection lines = file.job();
    options = options.over(lines.options(Set.of(JobFile.COMMAND)));
    if (!command.isEmpty() && !lines.command().isEmpty()) {
      throw new Refused(ExitCode.WRONG_USAGE, name + " has a command, and so has the command line");
    }
    try {
      return submitJob(cluster, command.isEmpty() ? lines.command() : command);
    } catch (Refused e) {
      throw lines.placed(e, said());
    }
  }

  private JobId submitJob(CoordinatorApi cluster, List<String> argv) throws IOException {
    options.check(!argv.isEmpty(), false);
    ChosenProgram program = ChosenProgram.of(options, argv, machine);
    ClassInputs inputs = program.inputs(options.inputs(), options.chunk());
    return submit(
        cluster,
        program.name(),
        Submission.Needs.files(program.program(), program.files()),
        inputs.inputs(),
        options.policy(inputs.chunk()),
        !program.isCommand());
  }

  private JobId submitPipeline(CoordinatorApi cluster, JobFile file, List<FileSection> sections)
      throws IOException {
    refuseStageOptions();
    PipelineFile.checkWhole(file.job());
    options = options.over(file.job().options(Set.of()));
    try {
      options.checkWhole();
    } catch (Refused e) {
      throw file.job().placed(e, said());
    }
    Inputs given = options.inputs();
    List<PipelineFile.Ready> stages = new ArrayList<>();
    List<LocalFile> files = new ArrayList<>();
    for (PipelineFile.Stage stage : PipelineFile.stages(file, sections, options.jars)) {
      boolean first = stages.isEmpty();
      boolean last = stages.size() == sections.size() - 1;
      PipelineFile.Ready ready = stage.ready(machine, first, last, first ? given : null);
      files.addAll(ready.program().files());
      stages.add(ready);
    }
    List<String> names = stages.stream().map(ready -> ready.stage().name()).toList();
    Program program =
        new Program.Pipeline(
            stages.stream().map(ready -> ready.toSubmit(options.priority)).toList());
    try {
      return submit(
          cluster,
          Submission.nameOfStages(names),
          Submission.Needs.files(program, files),
          stages.get(0).inputs().inputs(),
          options.policy(0),
          !stages.get(0).program().isCommand());
    } catch (Refused e) {
      throw file.job().placed(e, said());
    }
  }

  /** The command line may say what is about the whole, and no stage's options. */
  private void refuseStageOptions() {
    if (!command.isEmpty()) {
      throw new Refused(
          ExitCode.WRONG_USAGE, options.file + " has stages: no command behind -- goes with them");
    }
    for (String option : said()) {
      if (!PipelineFile.OF_THE_WHOLE.contains(option) && !option.equals("file")) {
        throw new Refused(
            ExitCode.WRONG_USAGE,
            "--"
                + option
                + " belongs to one stage: write it into "
                + options.file
                + ", below its name");
      }
    }
  }

  /** What the command line has said itself, beside the file. */
  private Set<String> said() {
    Set<String> own = new CommandLine(new SubmitOptions()).getCommandSpec().optionsMap().keySet();
    return matched().stream()
        .filter(own::contains)
        .map(option -> option.substring(2))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private JobId submit(
      CoordinatorApi cluster,
      String name,
      Submission.Needs needs,
      Inputs inputs,
      Policy policy,
      boolean json)
      throws IOException {
    try (InputSource source = source(json)) {
      Encoding encoding = options.lines != null && !json ? Encoding.BYTES : Encoding.JSON;
      var submission =
          new Submission(
              options.name == null ? name : options.name,
              needs,
              inputs,
              policy,
              source == null ? InputValues.NONE : InputValues.once(encoding, source));
      JobId job = submission.send(cluster, Duration.ZERO);
      noInputs = source != null ? source.isEmpty() : isEmptyRange(inputs);
      return job;
    }
  }

  private static boolean isEmptyRange(Inputs inputs) {
    return inputs instanceof Inputs.Range range && range.tasks() == 0;
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
}
