package io.muster.worker.start;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What task JVMs run, carried inside the worker's jar. */
public final class HarnessJar {
  private static final String RESOURCE = "META-INF/muster/harness.jar";
  private static final int BUFFER = 64 * 1024;

  private HarnessJar() {}

  /** A class path with the harness: its jar, put into the folder; in a test this one's own. */
  public static String classPath(Path folder) throws IOException {
    return classPath(folder, "");
  }

  /**
   * A class path with the harness: this copy of it, if it is one to the last byte; else as above.
   *
   * @param copy may be empty, or name nothing
   */
  static String classPath(Path folder, String copy) throws IOException {
    if (!copy.isEmpty() && isHarness(Path.of(copy))) {
      return Path.of(copy).toAbsolutePath().toString();
    }
    try (InputStream jar = jar()) {
      if (jar == null) {
        return System.getProperty("java.class.path");
      }
      Path file = folder.resolve("harness.jar");
      Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
      return file.toString();
    }
  }

  private static boolean isHarness(Path copy) throws IOException {
    try (InputStream jar = jar()) {
      return jar != null && Files.isRegularFile(copy) && isSame(jar, copy);
    }
  }

  static boolean isSame(InputStream jar, Path copy) throws IOException {
    try (InputStream there = Files.newInputStream(copy)) {
      byte[] expected;
      do {
        expected = jar.readNBytes(BUFFER);
        if (!Arrays.equals(expected, there.readNBytes(BUFFER))) {
          return false;
        }
      } while (expected.length > 0);
      return true;
    }
  }

  private static @Nullable InputStream jar() {
    return HarnessJar.class.getClassLoader().getResourceAsStream(RESOURCE);
  }
}
