package io.muster.coordinator.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate-completion}: what makes a shell complete commands and options. */
@Command(
    name = "generate-completion",
    description = "Prints a completion script for bash and zsh.",
    footerHeading = "%nExamples:%n",
    footer = "  source <(muster generate-completion)")
final class CompletionCommand implements Callable<Integer> {
  private static final Pattern FILE_LABEL = Pattern.compile("(FILE|DIR|JAR|JOB.yaml)(\\|.*)?");

  private static final String FILES =
      """
            local IFS=$'\\n'
            type compopt &>/dev/null && compopt -o filenames
            COMPREPLY=( $( compgen -f -- "${curr_word}" ) ) # files
            return $?
            """
          .indent(6);

  private final Surroundings machine;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Surroundings machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException {
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    CommandLine worker = worker();
    if (worker != null) {
      root.getCommandSpec().removeSubcommand("worker");
      root.addSubcommand("worker", worker);
    }
    String script = completingFiles(AutoComplete.bash("muster", root), root);
    machine.out().write(script.getBytes(StandardCharsets.UTF_8));
    machine.out().flush();
    return ExitCode.DONE.number();
  }

  /** The worker's options, which are in its jar; null: it is not here. */
  private static @Nullable CommandLine worker() {
    try (URLClassLoader jar =
        new URLClassLoader(
            new URL[] {Jars.named("worker").toUri().toURL()},
            CompletionCommand.class.getClassLoader())) {
      Class<?> main = jar.loadClass("io.muster.worker.WorkerMain");
      return new CommandLine(main.getDeclaredConstructor().newInstance());
    } catch (Refused | IOException | ReflectiveOperationException | LinkageError e) {
      return null;
    }
  }

  /** Picocli completes files for options whose type is a file's; here their label says it. */
  private static String completingFiles(String script, CommandLine root) {
    String completed = script;
    for (String option : fileOptions(root)) {
      completed =
          completed.replace("'" + option + "')\n      return\n", "'" + option + "')\n" + FILES);
    }
    // What stands behind -- or where nothing else is known may be a file.
    return completed.replaceAll(
        "(?s)(function _picocli_muster_submit\\(\\) \\{.*?)"
            + "  type compopt &>/dev/null && compopt \\+o default\n\n",
        "$1");
  }

  private static Set<String> fileOptions(CommandLine line) {
    Set<String> options = new TreeSet<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (FILE_LABEL.matcher(option.paramLabel()).matches()) {
        options.addAll(List.of(option.names()));
      }
    }
    line.getSubcommands().values().forEach(each -> options.addAll(fileOptions(each)));
    return options;
  }
}
