package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs command lines in this process, in a folder, and keeps what they say. */
record Shell(Path folder) {
  /** What one command said and how it ended. */
  record Run(int code, String out, String err) {
    Run exits(int expected) {
      assertThat(code).as(out + err).isEqualTo(expected);
      return this;
    }

    Run prints(String expected) {
      assertThat(out).as(err).isEqualTo(expected);
      return this;
    }

    void refuses(int expected, String words) {
      exits(expected).prints("");
      assertThat(err.lines()).as(err).hasSize(1);
      assertThat(err).contains(words);
    }
  }

  Run fed(String input, Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    var machine =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            environment,
            folder,
            folder);
    int code = new CommandRunner(machine).execute(arguments);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
