package io.muster.node.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class EnvironmentDefaultsTest {
  @Command
  static class Sample {
    @Option(names = {"-p", "--api-port"})
    int port = 1;
  }

  private static int port(Map<String, String> environment, String... arguments) {
    Sample sample = new Sample();
    new CommandLine(sample)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(arguments);
    return sample.port;
  }

  @Test
  void anOptionNotGivenIsTakenFromTheEnvironment() {
    assertThat(port(Map.of("MUSTER_API_PORT", "7"))).isEqualTo(7);
  }

  @Test
  void anOptionGivenWins() {
    assertThat(port(Map.of("MUSTER_API_PORT", "7"), "--api-port", "8")).isEqualTo(8);
  }

  @Test
  void whatKubernetesSetsForAServiceIsIgnored() {
    assertThat(port(Map.of("MUSTER_API_PORT", "tcp://10.0.0.1:7351"))).isEqualTo(1);
  }
}
