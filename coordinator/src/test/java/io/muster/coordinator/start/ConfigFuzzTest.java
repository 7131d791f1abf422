package io.muster.coordinator.start;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Texts;
import io.muster.node.options.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator's {@code --config}. */
class ConfigFuzzTest {
  private static final List<String> KEYS =
      List.of(
          "host",
          "bind",
          "cluster-port",
          "api-port",
          "http-port",
          "data",
          "journal",
          "coordinators",
          "insecure",
          "tls",
          "tls-cert",
          "tls-names",
          "gather",
          "snapshot-every.events",
          "snapshot-every.bytes",
          "max-inputs",
          "watch-interval",
          "session-silence",
          "max-message",
          "certificates.worker");

  /** Without Pekko's, which would take most of the time. */
  private static final Config DEFAULTS = ConfigFactory.load().withOnlyPath("muster");

  @TempDir private Path folder;

  @Test
  void settings() {
    List<String> words =
        new java.util.ArrayList<>(
            List.of(
                " = ", "\n", "{", "}", "[1]", "3s", "4 MiB", "-1", "${?HOME}", "${a.b}", "= null"));
    KEYS.forEach(key -> words.add("\nmuster.coordinator." + key + " = "));
    Fuzz.feed(
        "a coordinator's settings",
        Texts.of(
            List.of(
                "muster.coordinator { host = \"0.0.0.0\", api-port = 1, gather = 3 ms }\n",
                "muster.coordinator.max-message = 4 MiB\nmuster.coordinator.coordinators = [a:1]\n",
                "{\"muster\": {\"coordinator\": {\"tls\": true, \"snapshot-every\": {\"bytes\":"
                    + " 1}}}}"),
            words),
        bytes ->
            CoordinatorConfig.read(
                Settings.of(Map.of(), Files.write(folder.resolve("muster.conf"), bytes), DEFAULTS)),
        IllegalArgumentException.class);
  }
}
