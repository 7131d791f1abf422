package io.muster.worker.start;

import io.muster.code.ClassArchive;
import io.muster.code.PackedJar;
import io.muster.worker.process.JvmSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What task JVMs run, carried inside the worker's jar. */
public final class HarnessJar {
  private static final Logger LOG = LoggerFactory.getLogger(HarnessJar.class);
  private static final String RESOURCE = "META-INF/muster/harness.jar";
  private static final int BUFFER = 64 * 1024;

  private HarnessJar() {}

  /**
   * How task JVMs are started with the harness in the user's cache, where an archive of its classes
   * stands beside it; in the folder where there is no cache, or no room in it.
   *
   * @param ioOptions further options of JVMs for I/O tasks
   */
  public static JvmSettings jvm(Path folder, List<String> ioOptions) throws IOException {
    try {
      Optional<PackedJar> packed = PackedJar.find(HarnessJar.class.getClassLoader(), RESOURCE);
      Optional<Path> cached = packed.isPresent() ? packed.get().cached("worker") : Optional.empty();
      if (cached.isPresent()) {
        return JvmSettings.ofThisJvm(cached.get().toString(), List.of(), ioOptions)
            .with(ClassArchive.of(cached.get()));
      }
    } catch (IOException e) {
      LOG.info("the user's cache is of no use: {}", e.toString());
    }
    return JvmSettings.ofThisJvm(classPath(folder), List.of(), ioOptions);
  }

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
