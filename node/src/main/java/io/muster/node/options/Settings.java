package io.muster.node.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node's settings: what its options say, what is in {@code --config}, and the defaults. */
public final class Settings {
  private static final int LONGEST_FILE = 1 << 20;

  private Settings() {}

  /**
   * @param options by the whole name of the key
   * @param file HOCON; null: none
   * @throws IllegalArgumentException with one line about the file
   */
  public static Config of(Map<String, Object> options, @Nullable Path file) {
    return of(options, file, ConfigFactory.load());
  }

  /** The same with these defaults. */
  public static Config of(Map<String, Object> options, @Nullable Path file, Config defaults) {
    try {
      return ConfigFactory.parseMap(options, "options")
          .withFallback(file == null ? ConfigFactory.empty() : parsed(file))
          .withFallback(defaults)
          .resolve();
    } catch (ConfigException e) {
      throw new IllegalArgumentException("--config: " + line(e), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("--config: " + file + " is nested too deeply", e);
    }
  }

  private static Config parsed(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("--config: no such file: " + file);
    }
    if (file.toFile().length() > LONGEST_FILE) {
      throw new IllegalArgumentException("--config: " + file + " is larger than a mebibyte");
    }
    return ConfigFactory.parseFile(file.toFile());
  }

  /** What is wrong with a setting, in one line: the library quotes what it has read. */
  public static String line(ConfigException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
  }
}
