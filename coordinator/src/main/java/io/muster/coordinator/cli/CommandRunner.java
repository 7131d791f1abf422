package io.muster.coordinator.cli;

import io.muster.client.model.ClusterException;
import io.muster.node.options.WrongUsage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: finds the command, and turns whatever goes wrong into one line. */
public final class CommandRunner {
  private static final List<String> GLOBAL =
      List.of("--api", "--token", "--token-file", "--ca", "--output");

  private final Surroundings machine;

  CommandRunner(Surroundings machine) {
    this.machine = machine;
  }

  /** Runs what this process was started with and gives its exit code. */
  public static int run(String[] arguments) {
    LogManager.getLogManager().reset(); // gRPC would print what a command says in its own words
    return new CommandRunner(Surroundings.ofThisProcess()).execute(arguments);
  }

  int execute(String... arguments) {
    List<String> all = List.of(arguments);
    int dashes = all.indexOf("--");
    List<String> options = dashes < 0 ? all : all.subList(0, dashes);
    List<String> behind = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
    String name = commandName(options);
    if (!name.isEmpty() && !commands(behind).containsKey(name)) {
      return refuse(
          ExitCode.WRONG_USAGE, "no such command: " + name + " ('muster --help' lists them)");
    }
    if (dashes >= 0 && name.equals("submit") && behind.isEmpty()) {
      return refuse(ExitCode.WRONG_USAGE, "no command behind --");
    }
    if (dashes >= 0 && !name.equals("submit")) {
      options = all;
      behind = List.of();
    }
    return line(name, behind).execute(options.toArray(String[]::new));
  }

  /** Only the command that is run is looked at: reading all their options would take longer. */
  private CommandLine line(String name, List<String> behind) {
    CommandLine line = new CommandLine(new MusterCommand());
    Map<String, Supplier<Object>> commands = commands(behind);
    boolean all = !commands.containsKey(name) || name.equals("generate-completion");
    commands.forEach(
        (each, make) -> {
          if (all || each.equals(name)) {
            Object command = make.get();
            line.addSubcommand(
                each, command instanceof TokenCommand token ? token.line() : command);
          }
        });
    if (line.getSubcommands().containsKey("worker")) {
      CommandLine worker = line.getSubcommands().get("worker");
      worker.setUnmatchedOptionsArePositionalParams(true);
    }
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(machine.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(machine.err(), true));
    line.setUsageHelpWidth(Math.max(60, Math.min(100, machine.width())));
    line.setParameterExceptionHandler((e, given) -> refuse(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> refuse(e));
    line.setExecutionStrategy(CommandRunner::runLast);
    return line;
  }

  private static int runLast(CommandLine.ParseResult parsed) {
    if (!parsed.hasSubcommand()
        && !parsed.isUsageHelpRequested()
        && !parsed.isVersionHelpRequested()) {
      CommandLine line = parsed.commandSpec().commandLine();
      line.usage(line.getErr());
      return ExitCode.WRONG_USAGE.number();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private Map<String, Supplier<Object>> commands(List<String> behind) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("submit", () -> new SubmitCommand(machine, behind));
    commands.put("jobs", () -> new JobsCommand(machine));
    commands.put("job", () -> new JobCommand(machine));
    commands.put("workers", () -> new WorkersCommand(machine));
    commands.put("wait", () -> new WaitCommand(machine));
    commands.put("watch", () -> new WatchCommand(machine));
    commands.put("results", () -> new ResultsCommand(machine));
    commands.put("failures", () -> new FailuresCommand(machine));
    commands.put("logs", () -> new LogsCommand(machine));
    commands.put("cancel", () -> new CancelCommand(machine));
    commands.put("retry", () -> new RetryCommand(machine));
    commands.put("forget", () -> new ForgetCommand(machine));
    commands.put("explain", () -> new ExplainCommand(machine));
    commands.put("drain", () -> new DrainCommand(machine));
    commands.put("token", () -> new TokenCommand(machine));
    commands.put("certs", () -> new CertsCommand(machine));
    commands.put("health", () -> new HealthCommand(machine));
    commands.put("start", StartCommand::new);
    commands.put("stop", () -> new StopCommand(machine));
    commands.put("worker", WorkerCommand::new);
    commands.put("demo", () -> new DemoCommand(machine));
    commands.put("generate-completion", () -> new CompletionCommand(machine));
    return commands;
  }

  /** The first word that is neither an option that may stand before it nor its value. */
  private static String commandName(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (GLOBAL.contains(argument)) {
        i++;
      } else if (!argument.startsWith("-")) {
        return argument;
      }
    }
    return "";
  }

  private int refuse(Exception failure) {
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return refuse(unchecked.getCause());
    }
    if (failure instanceof Refused refused) {
      return refuse(refused.code(), String.valueOf(refused.getMessage()));
    }
    if (failure instanceof ParameterException wrong) {
      return refuse(ExitCode.WRONG_USAGE, usage(wrong));
    }
    if (failure instanceof ClusterException cluster) {
      return refuse(Refused.of(cluster));
    }
    if (failure instanceof IOException broken) {
      return refuse(broken);
    }
    return refuse(ExitCode.REFUSED, "a bug in muster: " + failure + " at " + where(failure));
  }

  private static String where(Exception failure) {
    return Arrays.stream(failure.getStackTrace()).findFirst().map(Object::toString).orElse("?");
  }

  private static String usage(ParameterException wrong) {
    String name = wrong.getCommandLine().getCommandSpec().qualifiedName(" ");
    return Text.oneLine(reason(wrong)) + " ('" + name + " --help' shows what there is)";
  }

  private static String reason(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched
        && wrong.getCommandLine().getCommand() instanceof SubmitCommand
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      return "'"
          + String.join(" ", unmatched.getUnmatched())
          + "' belongs to no option: a command stands behind --, as in -- echo hi";
    }
    return WrongUsage.line(wrong);
  }

  private int refuse(IOException broken) {
    String message = String.valueOf(broken.getMessage());
    if (message.contains("Broken pipe")) {
      return ExitCode.DONE.number(); // who read it has read enough
    }
    if (broken instanceof NoSuchFileException) {
      return refuse(ExitCode.NOT_FOUND, "no such file: " + message);
    }
    if (broken instanceof AccessDeniedException) {
      return refuse(ExitCode.NOT_FOUND, "not allowed to read " + message);
    }
    return refuse(ExitCode.REFUSED, message);
  }

  private int refuse(ExitCode code, String line) {
    try {
      machine.out().flush();
    } catch (IOException e) {
      return code.number(); // nobody reads any more
    }
    machine.say("muster: " + line);
    return code.number();
  }
}
