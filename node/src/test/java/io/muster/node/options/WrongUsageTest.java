package io.muster.node.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class WrongUsageTest {
  @Command
  static final class Some {
    @Option(names = "--label", paramLabel = "K=V")
    Map<String, String> labels = Map.of();

    @Option(names = "--range", paramLabel = "A..B")
    String range = "";
  }

  private static String line(String... arguments) {
    return WrongUsage.line(
        catchThrowableOfType(
            ParameterException.class, () -> new CommandLine(new Some()).parseArgs(arguments)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rnge 0..3 | Unknown option: '--rnge', did you mean --range?",
        "--rnge=0..3 | Unknown option: '--rnge', did you mean --range?",
        "--other x   | Unknown option: '--other'",
        "--label a   | Value for option '--label' should be in KEY=VALUE format but was a",
      })
  void theOptionIsNamedAndNothingBesideIt(String arguments, String said) {
    assertThat(line(arguments.strip().split(" "))).isEqualTo(said);
  }

  @Test
  void whatIsNoOptionIsSaidAsItIs() {
    assertThat(line("echo")).contains("'echo'");
  }
}
