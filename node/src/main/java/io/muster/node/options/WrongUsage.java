package io.muster.node.options;

import io.muster.protocol.Spelling;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line that names the option and nothing beside it. */
public final class WrongUsage {
  private WrongUsage() {}

  public static String line(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched
        && unmatched.getUnmatched().get(0).startsWith("-")) {
      String typed = unmatched.getUnmatched().get(0).split("=", 2)[0];
      return "Unknown option: '"
          + typed
          + "'"
          + meant(typed, wrong.getCommandLine().getCommandSpec().optionsMap().keySet())
              .map(option -> ", did you mean " + option + "?")
              .orElse("");
    }
    return String.valueOf(wrong.getMessage())
        .replace("option option", "option")
        .replaceAll("^Value for option ('--[^']*') \\([^)]*\\)", "Value for option $1");
  }

  private static Optional<String> meant(String typed, Set<String> options) {
    return options.stream()
        .filter(option -> option.length() > 4 && Spelling.distance(typed, option) <= 2)
        .min(Comparator.comparingInt(option -> Spelling.distance(typed, option)));
  }
}
