package io.muster.code;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** A jar inside of a jar of ours, for JVMs that are to run it. Any thread. */
public final class PackedJar {
  private final URL inside;

  private PackedJar(URL inside) {
    this.inside = inside;
  }

  /**
   * Finds one.
   *
   * @param resource such as {@code META-INF/muster/node.jar}
   * @return empty where classes come from a folder: it is not packed there
   */
  public static Optional<PackedJar> find(ClassLoader loader, String resource) {
    URL found = loader.getResource(resource);
    return found == null || !found.getProtocol().equals("jar")
        ? Optional.empty()
        : Optional.of(new PackedJar(found));
  }

  /**
   * The jar in the user's cache, put there unless it is there: one for each content. The directory
   * of the outer jar says size and checksum without what is inside being read.
   *
   * @param folder of the cache
   * @return empty where there is no cache
   */
  public Optional<Path> cached(String folder) throws IOException {
    Optional<Path> cache = UserCache.folder(folder);
    if (cache.isEmpty()) {
      return cache;
    }
    JarURLConnection connection = open();
    try (InputStream content = connection.getInputStream()) {
      JarEntry entry = connection.getJarEntry();
      String path = entry.getName();
      String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.jar$", "");
      Path jar =
          cache.get().resolve("%s-%08x-%x.jar".formatted(name, entry.getCrc(), entry.getSize()));
      return Optional.of(isWhole(jar, entry) ? jar : unpack(content, entry, jar));
    }
  }

  /** Puts it into this file. */
  public Path unpack(Path jar) throws IOException {
    JarURLConnection connection = open();
    try (InputStream content = connection.getInputStream()) {
      return unpack(content, connection.getJarEntry(), jar);
    }
  }

  private JarURLConnection open() throws IOException {
    JarURLConnection connection = (JarURLConnection) inside.openConnection();
    connection.setUseCaches(false);
    return connection;
  }

  private static boolean isWhole(Path jar, JarEntry entry) throws IOException {
    return Files.isRegularFile(jar)
        && Files.readAttributes(jar, BasicFileAttributes.class).size() == entry.getSize();
  }

  /** Whole or not at all; of several programs that do it at once the last one's file stays. */
  private static Path unpack(InputStream content, JarEntry entry, Path jar) throws IOException {
    Path fresh = Files.createTempFile(jar.resolveSibling(""), "jar", ".new");
    try {
      CheckedInputStream checked = new CheckedInputStream(content, new CRC32());
      try (OutputStream file = Files.newOutputStream(fresh)) {
        checked.transferTo(file);
      }
      if (checked.getChecksum().getValue() != entry.getCrc()) {
        throw new IOException(entry.getName() + " is damaged");
      }
      return Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
