package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/** A job in YAML: keys are the long options of {@code submit}, and {@code command}. */
final class JobFile {
  private final String name;
  private final Map<String, OptionSpec> known;
  private final List<String> options = new ArrayList<>();
  private final List<String> command = new ArrayList<>();

  private JobFile(String name, Map<String, OptionSpec> known) {
    this.name = name;
    this.known = known;
  }

  /**
   * @param known the options by name, dashes included
   */
  static JobFile read(InputStream in, String name, Map<String, OptionSpec> known)
      throws IOException {
    JobFile file = new JobFile(name, known);
    try (JsonParser yaml = new YAMLFactory().createParser(in)) {
      file.read(yaml);
      return file;
    } catch (JsonProcessingException e) {
      String message = Text.oneLine(e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
      throw file.wrong(e.getLocation(), message);
    }
  }

  /** The file's keys as options of the command line. */
  List<String> options() {
    return options;
  }

  List<String> command() {
    return command;
  }

  private void read(JsonParser yaml) throws IOException {
    if (yaml.nextToken() != JsonToken.START_OBJECT) {
      throw wrong(yaml.currentTokenLocation(), "a job is 'option: value' lines");
    }
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      String key = yaml.currentName();
      JsonLocation at = yaml.currentTokenLocation();
      yaml.nextToken();
      if (key.equals("command")) {
        command.addAll(list(yaml, key));
      } else {
        OptionSpec option = known.get("--" + key);
        if (option == null || key.equals("file") || option.usageHelp()) {
          throw wrong(at, "unknown key '" + key + "'; keys are the long options of submit");
        }
        option(yaml, option);
      }
    }
  }

  private void option(JsonParser yaml, OptionSpec option) throws IOException {
    String key = option.longestName();
    switch (yaml.currentToken()) {
      case START_ARRAY -> list(yaml, key).forEach(value -> options.add(key + "=" + value));
      case START_OBJECT -> {
        while (yaml.nextToken() == JsonToken.FIELD_NAME) {
          String name = yaml.currentName();
          yaml.nextToken();
          options.add(key + "=" + name + "=" + scalar(yaml, key));
        }
      }
      default -> {
        boolean flag = option.arity().max() == 0;
        String value = scalar(yaml, key);
        if (!flag) {
          options.add(key + "=" + value);
        } else if (value.equals("true")) {
          options.add(key);
        } else if (!value.equals("false")) {
          throw wrong(yaml.currentTokenLocation(), key.substring(2) + " is true or false");
        }
      }
    }
  }

  private List<String> list(JsonParser yaml, String key) throws IOException {
    if (yaml.currentToken() != JsonToken.START_ARRAY) {
      throw wrong(yaml.currentTokenLocation(), "'" + key + "' is a list: [one, two]");
    }
    List<String> values = new ArrayList<>();
    while (yaml.nextToken() != JsonToken.END_ARRAY) {
      values.add(scalar(yaml, key));
    }
    return values;
  }

  private String scalar(JsonParser yaml, String key) throws IOException {
    if (!yaml.currentToken().isScalarValue() || yaml.currentToken() == JsonToken.VALUE_NULL) {
      throw wrong(yaml.currentTokenLocation(), "'" + key + "' has no plain value");
    }
    return yaml.getText();
  }

  private Refused wrong(JsonLocation at, String what) {
    return new Refused(
        ExitCode.WRONG_USAGE,
        name + ": line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + what);
  }
}
