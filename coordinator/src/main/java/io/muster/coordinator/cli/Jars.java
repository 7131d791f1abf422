package io.muster.coordinator.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the other jars of Muster are, and how they are run. */
final class Jars {
  private Jars() {}

  /** The running java, with what keeps newer ones quiet about Netty and Pekko. */
  static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+IgnoreUnrecognizedVMOptions",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED");
  }

  /** {@code worker.jar} or {@code examples.jar}: beside this one, or where the build puts it. */
  static Path named(String module) {
    Path own = own();
    Path folder = own.toAbsolutePath().resolveSibling("");
    Path beside = folder.resolve(module + ".jar");
    Path built = folder.resolve("../../" + module + "/target/" + module + ".jar").normalize();
    if (Files.exists(beside)) {
      return beside;
    }
    if (Files.exists(built)) {
      return built;
    }
    throw new Refused(
        ExitCode.REFUSED,
        "no " + module + ".jar beside " + own + " nor at " + built + "; ./mvnw package makes it");
  }

  /** The jar that this runs from. */
  static Path own() {
    try {
      return Path.of(Jars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no file: where this code is", e);
    }
  }
}
