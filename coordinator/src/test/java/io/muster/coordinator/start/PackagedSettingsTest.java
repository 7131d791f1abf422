package io.muster.coordinator.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PackagedSettingsTest {
  private static final Path FILE = Path.of("../deploy/src/package/conf/coordinator.conf");

  @Test
  void whatIsBehindTheSignIsAKeyWithItsDefault() throws IOException {
    Config packaged =
        ConfigFactory.parseString(
            Files.readString(FILE).replaceAll("(?m)^  # ([a-z-]+ (=|\\{))", "  $1"));
    Config defaults = ConfigFactory.load();
    assertThat(packaged.entrySet()).isNotEmpty();
    assertThat(packaged.entrySet())
        .allMatch(entry -> defaults.hasPath(entry.getKey()), "is a key of reference.conf");
    assertThat(CoordinatorConfig.read(packaged.withFallback(defaults)))
        .isEqualTo(CoordinatorConfig.read(defaults));
  }

  @Test
  void asItIsItSaysNothing() {
    assertThat(ConfigFactory.parseFile(FILE.toFile()).entrySet()).isEmpty();
  }
}
