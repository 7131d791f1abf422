package io.muster.coordinator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate-completion}: what makes a shell complete commands and options. */
@Command(
    name = "generate-completion",
    description = "Prints a completion script for bash and zsh.",
    footerHeading = "%nExamples:%n",
    footer = "  source <(muster generate-completion)")
final class CompletionCommand implements Callable<Integer> {
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
    String script = AutoComplete.bash("muster", Objects.requireNonNull(spec).root().commandLine());
    machine.out().write(script.getBytes(StandardCharsets.UTF_8));
    machine.out().flush();
    return ExitCode.DONE.number();
  }
}
