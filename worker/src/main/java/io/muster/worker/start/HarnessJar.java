package io.muster.worker.start;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What task JVMs run, carried inside the worker's jar. */
public final class HarnessJar {
  private static final String RESOURCE = "META-INF/muster/harness.jar";

  private HarnessJar() {}

  /** A class path with the harness: its jar, put into the folder; in a test this one's own. */
  public static String classPath(Path folder) throws IOException {
    try (InputStream jar = HarnessJar.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (jar == null) {
        return System.getProperty("java.class.path");
      }
      Path file = folder.resolve("harness.jar");
      Files.copy(jar, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      return file.toString();
    }
  }
}
