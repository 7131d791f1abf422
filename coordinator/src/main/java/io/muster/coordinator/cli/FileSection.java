package io.muster.coordinator.cli;

import io.muster.node.options.WrongUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Keys of a job file that belong together: those of a job, or of one stage. Each knows where it
 * stands, so that whatever turns out to be wrong with it is told with its line.
 *
 * @param start where the first key stands
 * @param keys in the order of the file
 */
record FileSection(FilePlace start, Map<String, Key> keys) {
  private static final Pattern OPTION = Pattern.compile("--([a-z][a-z-]*)");
  private static final String TASK = "task";

  FileSection {
    keys = new LinkedHashMap<>(keys);
  }

  /**
   * @param at where the key stands
   * @param isFlag whether its one value is {@code true} or {@code false}
   * @param values each with its place
   */
  record Key(FilePlace at, boolean isFlag, List<Value> values) {
    Key {
      values = List.copyOf(values);
    }

    boolean isTrue() {
      return isFlag && values.get(0).text().equals("true");
    }

    /** Where the first value stands. */
    FilePlace place() {
      return values.isEmpty() ? at : values.get(0).at();
    }
  }

  record Value(FilePlace at, String text) {}

  /** The one value of a key, if it is there. */
  Optional<String> text(String key) {
    return Optional.ofNullable(keys.get(key)).map(each -> each.values().get(0).text());
  }

  boolean isTrue(String key) {
    Key flag = keys.get(key);
    return flag != null && flag.isTrue();
  }

  /** Where a key's value stands, or the whole if it is not there. */
  FilePlace place(String key) {
    Key found = keys.get(key);
    return found == null ? start : found.place();
  }

  /** Where a key stands, or the whole if it is not there. */
  FilePlace at(String key) {
    Key found = keys.get(key);
    return found == null ? start : found.at();
  }

  List<String> command() {
    Key command = keys.get(JobFile.COMMAND);
    return command == null ? List.of() : command.values().stream().map(Value::text).toList();
  }

  /**
   * The keys that are options, read as the command line reads them.
   *
   * @param leftOut keys that are none
   */
  SubmitOptions options(Set<String> leftOut) {
    List<String> arguments = new ArrayList<>();
    keys.forEach(
        (name, key) -> {
          if (!leftOut.contains(name)) {
            arguments.addAll(arguments(name, key));
          }
        });
    SubmitOptions read = new SubmitOptions();
    try {
      new CommandLine(read).setExpandAtFiles(false).parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw wrong(e);
    }
    try {
      read.checkValues();
    } catch (Refused e) {
      throw placed(e, Set.of());
    }
    return read;
  }

  private static List<String> arguments(String name, Key key) {
    if (key.isFlag()) {
      return key.isTrue() ? List.of("--" + name) : List.of();
    }
    return key.values().stream().map(value -> "--" + name + "=" + value.text()).toList();
  }

  private Refused wrong(ParameterException e) {
    String message = Text.oneLine(WrongUsage.line(e));
    if (!(e.getArgSpec() instanceof OptionSpec option)) {
      return start.wrong(message);
    }
    String name = option.longestName().substring(2);
    Key key = Objects.requireNonNull(keys.get(name), name);
    FilePlace at =
        key.values().stream()
            .filter(value -> value.text().equals(e.getValue()))
            .map(Value::at)
            .findFirst()
            .orElse(key.place());
    return at.wrong(message.replace("option '--" + name + "'", "'" + name + "'"));
  }

  /**
   * A refusal in the words of the command line, as one that names the line of the first key that it
   * speaks of.
   *
   * @param said keys that the command line has said itself: they stand over the file's, and what is
   *     wrong with them alone stays as it is
   */
  Refused placed(Refused refused, Set<String> said) {
    String message = String.valueOf(refused.getMessage());
    List<String> about = OPTION.matcher(message).results().map(option -> option.group(1)).toList();
    FilePlace at =
        about.stream()
            .filter(name -> keys.containsKey(name) && !said.contains(name))
            .findFirst()
            .map(this::place)
            .orElse(null);
    if (at == null && about.stream().anyMatch(said::contains)) {
      return refused;
    }
    return (at == null ? place(TASK) : at).wrong(refused.code(), inFile(message, said));
  }

  /** Options as the keys that they are in a file. */
  private static String inFile(String message, Set<String> said) {
    String keys =
        OPTION
            .matcher(message)
            .replaceAll(
                (MatchResult option) ->
                    said.contains(option.group(1)) ? option.group() : option.group(1));
    return keys.replace(" behind --", "").replace("-- COMMAND", "command");
  }
}
