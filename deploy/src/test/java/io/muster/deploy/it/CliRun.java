package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What one command of the CLI said and how it ended. */
record CliRun(List<String> arguments, int exitCode, String out, String err) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  CliRun exits(int code) {
    assertThat(exitCode).as(toString()).isEqualTo(code);
    return this;
  }

  CliRun succeeds() {
    return exits(0);
  }

  /** The lines of standard output. */
  List<String> lines() {
    return out.lines().toList();
  }

  /** Standard output, which must be one JSON value. */
  JsonNode json() {
    return parse(out);
  }

  /** Standard output, which must be one JSON value a line. */
  List<JsonNode> jsonLines() {
    return lines().stream().map(this::parse).toList();
  }

  private JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text + "\n" + this, e);
    }
  }

  /** It says one clear line on standard error with all of these words, and nothing else. */
  CliRun refuses(int code, String... words) {
    exits(code);
    assertThat(out).as(toString()).isEmpty();
    assertThat(err.strip().lines()).as(toString()).hasSize(1);
    assertThat(err).as(toString()).contains(words);
    return saysNoStackTrace();
  }

  CliRun showsNoFrames() {
    assertThat(out + err).as(toString()).doesNotContain("\tat ");
    return this;
  }

  CliRun saysNoStackTrace() {
    assertThat(out + err).as(toString()).doesNotContain("Exception", "\tat ", "java.lang.");
    return this;
  }

  @Override
  public String toString() {
    return "muster "
        + String.join(" ", arguments)
        + "\nexit "
        + exitCode
        + "\nout: "
        + shortened(out)
        + "\nerr: "
        + shortened(err);
  }

  private static String shortened(String text) {
    return text.length() <= 4000
        ? text
        : text.substring(0, 2000) + " … " + text.substring(text.length() - 2000);
  }
}
