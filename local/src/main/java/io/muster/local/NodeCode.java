package io.muster.local;

import io.muster.code.PackedJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the child process runs: the jar inside {@code local.jar}, put into the user's cache once for
 * each content, or, where this is not packaged, the class path of this program.
 *
 * @param launch how the {@code java} command is told to run it
 * @param cached the jar in the user's cache; null: it is not there
 * @param temporary the jar where there is no cache; null: it is not there
 */
record NodeCode(List<String> launch, @Nullable Path cached, @Nullable Path temporary) {
  private static final String MAIN = "io.muster.local.node.LocalNode";
  private static final String RESOURCE = "META-INF/muster/node.jar";
  private static final String NODE = "io/muster/local/node/LocalNode.class";

  static NodeCode find() throws IOException {
    ClassLoader loader = NodeCode.class.getClassLoader();
    Optional<PackedJar> packed = PackedJar.find(loader, RESOURCE);
    if (packed.isPresent()) {
      return unpacked(packed.get());
    }
    if (loader.getResource(NODE) != null) {
      return new NodeCode(ofClassPath(), null, null);
    }
    throw new IOException("no " + RESOURCE + " is on the class path: io.muster:local has it");
  }

  /** With what the jar's manifest says; the JVM's own archive is of less use with such options. */
  private static List<String> ofClassPath() {
    return List.of(
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        MAIN);
  }

  private static NodeCode unpacked(PackedJar packed) throws IOException {
    Optional<Path> cached = packed.cached("local");
    if (cached.isPresent()) {
      return new NodeCode(List.of("-jar", cached.get().toString()), cached.get(), null);
    }
    Path jar = packed.unpack(Files.createTempFile("muster-node", ".jar"));
    jar.toFile().deleteOnExit();
    return new NodeCode(List.of("-jar", jar.toString()), null, jar);
  }

  /** The process has ended, which loads classes as long as it lives. */
  void ended() {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        temporary.toFile().deleteOnExit(); // once more, then
      }
    }
  }
}
