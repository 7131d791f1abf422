package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.muster.coordinator.cli.FileSection.Key;
import io.muster.coordinator.cli.FileSection.Value;
import io.muster.protocol.Spelling;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A job in YAML: keys are the long options of {@code submit}, {@code command}, and of a pipeline
 * {@code stages}, a list of such maps. Here it is read; what its values mean is looked at later.
 *
 * @param job the file's own keys, without the stages
 * @param stages in the order of the file; null: it is no pipeline
 * @param stagesAt where {@code stages} stands
 */
record JobFile(FileSection job, @Nullable List<FileSection> stages, FilePlace stagesAt) {
  static final String COMMAND = "command";
  static final String STAGES = "stages";

  /** Keys that only a stage has. */
  static final String FLATTEN = "flatten";

  static final String AFTER = "after";

  private static final String KEYS =
      "keys are the long options of submit ('muster submit --help'), ";

  static JobFile read(InputStream in, String name) throws IOException {
    try (YAMLParser yaml = new YAMLFactory().createParser(in)) {
      return new Reader(name, yaml).read();
    } catch (JsonProcessingException e) {
      throw notYaml(name, e);
    } catch (CharConversionException e) {
      throw new FilePlace(name, 1, 1)
          .wrong("not UTF-8: " + Text.oneLine(String.valueOf(e.getMessage())));
    }
  }

  /** The parser's own place is where it began to look; the problem may be lines behind. */
  private static Refused notYaml(String name, JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      Mark at = marked.getProblemMark();
      return new FilePlace(name, at.getLine() + 1, at.getColumn() + 1)
          .wrong("not YAML: " + Text.oneLine(String.valueOf(marked.getProblem())));
    }
    return FilePlace.of(name, e.getLocation())
        .wrong("not YAML: " + Text.oneLine(String.valueOf(e.getOriginalMessage())));
  }

  /** Goes through the file once, from its first line to its last. */
  private static final class Reader {
    private final Map<String, OptionSpec> options =
        new CommandLine(new SubmitOptions()).getCommandSpec().optionsMap();
    private final String name;
    private final YAMLParser yaml;
    private @Nullable List<FileSection> stages;
    private FilePlace stagesAt;

    Reader(String name, YAMLParser yaml) {
      this.name = name;
      this.yaml = yaml;
      stagesAt = new FilePlace(name, 1, 1);
    }

    JobFile read() throws IOException {
      if (yaml.nextToken() != JsonToken.START_OBJECT) {
        FilePlace at = yaml.currentToken() == null ? stagesAt : here();
        throw at.wrong("a job is 'option: value' lines");
      }
      FileSection job = section(false);
      if (yaml.nextToken() != null) {
        throw here().wrong("a second document: a file is one job, submit each by its own");
      }
      return new JobFile(job, stages, stagesAt);
    }

    /** The lines up to the end of the map that was just begun. */
    private FileSection section(boolean ofStage) throws IOException {
      FilePlace start = here();
      Map<String, Key> keys = new LinkedHashMap<>();
      while (next() == JsonToken.FIELD_NAME) {
        String key = yaml.currentName();
        FilePlace at = here();
        Key before = keys.get(key);
        if (before != null || (!ofStage && key.equals(STAGES) && stages != null)) {
          int line = before == null ? stagesAt.line() : before.at().line();
          throw at.wrong("'" + key + "' is there twice, in line " + line + " before: keep one");
        }
        checkKnown(key, at, ofStage);
        next();
        if (key.equals(STAGES) && !ofStage) {
          stagesAt = at;
          stages = readStages();
        } else {
          boolean flag = isFlag(key);
          keys.put(key, new Key(at, flag, flag ? List.of(flag(key)) : values(key, at, ofStage)));
        }
      }
      return new FileSection(start, keys);
    }

    private List<FileSection> readStages() throws IOException {
      List<FileSection> read = new ArrayList<>();
      if (yaml.currentToken() != JsonToken.START_ARRAY) {
        throw here().wrong("'stages' is a list: '- name: …' begins each");
      }
      while (next() != JsonToken.END_ARRAY) {
        if (yaml.currentToken() != JsonToken.START_OBJECT) {
          throw here().wrong("a stage is 'option: value' lines, the first of them 'name'");
        }
        read.add(section(true));
      }
      return read;
    }

    private List<Value> values(String key, FilePlace at, boolean ofStage) throws IOException {
      if (key.equals(COMMAND)) {
        if (yaml.currentToken() != JsonToken.START_ARRAY) {
          throw here().wrong("'command' is a list: [echo, '{}']");
        }
        List<Value> command = list(key);
        if (command.isEmpty()) {
          throw at.wrong("'command' is empty: name the program to run");
        }
        return command;
      }
      if (ofStage && key.equals(AFTER)) {
        return List.of(scalar(key));
      }
      return values(key, Objects.requireNonNull(options.get("--" + key), key));
    }

    private void checkKnown(String key, FilePlace at, boolean ofStage) {
      Set<String> own = ofStage ? Set.of(COMMAND, FLATTEN, AFTER) : Set.of(COMMAND, STAGES);
      if (!own.contains(key) && (!options.containsKey("--" + key) || key.equals("file"))) {
        throw at.wrong(unknown(key, ofStage));
      }
    }

    private List<Value> values(String key, OptionSpec option) throws IOException {
      boolean map = option.typeInfo().isMap();
      return switch (yaml.currentToken()) {
        case START_ARRAY -> {
          if (!option.isMultiValue()) {
            throw here().wrong("'" + key + "' has one value, not a list");
          }
          yield list(key);
        }
        case START_OBJECT -> {
          if (!map) {
            throw here().wrong("'" + key + "' has plain values, not 'name: value' lines");
          }
          yield pairs(key);
        }
        default -> List.of(scalar(key));
      };
    }

    private List<Value> pairs(String key) throws IOException {
      Map<String, Value> pairs = new LinkedHashMap<>();
      while (next() == JsonToken.FIELD_NAME) {
        String left = yaml.currentName();
        FilePlace at = here();
        next();
        Value right = scalar(key + ": " + left);
        if (pairs.put(left, new Value(right.at(), left + "=" + right.text())) != null) {
          throw at.wrong("'" + left + "' is there twice in '" + key + "': keep one");
        }
      }
      return List.copyOf(pairs.values());
    }

    private Value flag(String key) throws IOException {
      Value value = scalar(key);
      if (!value.text().equals("true") && !value.text().equals("false")) {
        throw value.at().wrong("'" + key + "' is true or false");
      }
      return value;
    }

    private boolean isFlag(String key) {
      OptionSpec option = options.get("--" + key);
      return key.equals(FLATTEN) || (option != null && option.arity().max() == 0);
    }

    private List<Value> list(String key) throws IOException {
      List<Value> values = new ArrayList<>();
      while (next() != JsonToken.END_ARRAY) {
        values.add(scalar(key));
      }
      return values;
    }

    private Value scalar(String key) throws IOException {
      if (!yaml.currentToken().isScalarValue() || yaml.currentToken() == JsonToken.VALUE_NULL) {
        throw here().wrong("'" + key + "' has no plain value");
      }
      if (yaml.isCurrentAlias()) {
        throw here().wrong("an alias (*" + yaml.getText() + "): write the value itself");
      }
      return new Value(here(), yaml.getText());
    }

    private @Nullable JsonToken next() throws IOException {
      return yaml.nextToken();
    }

    private FilePlace here() {
      return FilePlace.of(name, yaml.currentTokenLocation());
    }

    private String unknown(String key, boolean ofStage) {
      if (!ofStage && Set.of(FLATTEN, AFTER).contains(key)) {
        return "'" + key + "' belongs to a stage of 'stages'";
      }
      List<String> known = new ArrayList<>(List.of(COMMAND));
      known.addAll(ofStage ? List.of(FLATTEN, AFTER) : List.of(STAGES));
      String others =
          known.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", "));
      options.keySet().forEach(option -> known.add(option.substring(2)));
      String typed = key.toLowerCase(Locale.ROOT).replace('_', '-');
      return known.stream()
          .filter(each -> Spelling.distance(typed, each) <= 2 && each.length() > 2)
          .min(Comparator.comparingInt(each -> Spelling.distance(typed, each)))
          .map(each -> "unknown key '" + key + "': did you mean '" + each + "'?")
          .orElse("unknown key '" + key + "'; " + KEYS + others);
    }
  }
}
