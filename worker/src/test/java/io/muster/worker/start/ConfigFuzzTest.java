package io.muster.worker.start;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Texts;
import io.muster.node.options.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker's {@code --config}. */
class ConfigFuzzTest {
  private static final List<String> KEYS =
      List.of(
          "join",
          "slots",
          "io-limit",
          "host",
          "bind",
          "port",
          "drain-within",
          "http-port",
          "labels",
          "task-memory",
          "io-memory",
          "work-dir",
          "cache-limit",
          "insecure");

  /** Without Pekko's, which would take most of the time. */
  private static final Config DEFAULTS = ConfigFactory.load().withOnlyPath("muster");

  @TempDir private Path folder;

  @Test
  void settings() {
    List<String> words =
        new ArrayList<>(
            List.of(
                " = ", "\n", "{", "}", "[1]", "3s", "4 MiB", "-1", "${?HOME}", "${a.b}", "= null"));
    KEYS.forEach(key -> words.add("\nmuster.worker." + key + " = "));
    Fuzz.feed(
        "a worker's settings",
        Texts.of(
            List.of(
                "muster.worker { join = [\"a:1\"], slots = 3, drain-within = 3 ms }\n",
                "muster.worker.task-memory = 64 MiB\nmuster.worker.labels { a = b }\n",
                "{\"muster\": {\"worker\": {\"join\": [\"[::1]:7351\"], \"io-limit\": 3}}}"),
            words),
        bytes ->
            WorkerConfig.read(
                Settings.of(Map.of(), Files.write(folder.resolve("muster.conf"), bytes), DEFAULTS)),
        IllegalArgumentException.class);
  }
}
