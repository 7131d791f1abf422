package io.muster.local;

import io.muster.code.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
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
    URL packed = loader.getResource(RESOURCE);
    if (packed != null && packed.openConnection() instanceof JarURLConnection connection) {
      return unpacked(connection);
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

  /** The directory of local.jar says size and checksum of what is inside without reading it. */
  private static NodeCode unpacked(JarURLConnection connection) throws IOException {
    connection.setUseCaches(false);
    try (InputStream content = connection.getInputStream()) {
      JarEntry entry = connection.getJarEntry();
      String name = "node-%08x-%x.jar".formatted(entry.getCrc(), entry.getSize());
      Optional<Path> cache = UserCache.folder("local");
      if (cache.isEmpty()) {
        Path jar = unpack(content, entry, Files.createTempFile("muster-node", ".jar"));
        jar.toFile().deleteOnExit();
        return new NodeCode(List.of("-jar", jar.toString()), null, jar);
      }
      Path jar = cache.get().resolve(name);
      if (!isWhole(jar, entry)) {
        unpack(content, entry, jar);
      }
      return new NodeCode(List.of("-jar", jar.toString()), jar, null);
    }
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

  private static boolean isWhole(Path jar, JarEntry entry) throws IOException {
    return Files.isRegularFile(jar)
        && Files.readAttributes(jar, BasicFileAttributes.class).size() == entry.getSize();
  }

  /** Whole or not at all; of several programs that do it at once the last one's file stays. */
  private static Path unpack(InputStream content, JarEntry entry, Path jar) throws IOException {
    Path fresh = Files.createTempFile(jar.resolveSibling(""), "node", ".new");
    try {
      CheckedInputStream checked = new CheckedInputStream(content, new CRC32());
      try (OutputStream file = Files.newOutputStream(fresh)) {
        checked.transferTo(file);
      }
      if (checked.getChecksum().getValue() != entry.getCrc()) {
        throw new IOException(RESOURCE + " is damaged");
      }
      return Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
