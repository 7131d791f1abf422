package io.muster.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's archive of the node's classes (AppCDS), which more than halves the time to start. The
 * first local cluster of a user writes it when it ends, beside the node's jar; one archive for each
 * jar and JVM. Without it, or when the JVM refuses it, all works, later.
 *
 * @param file where it is or will be; null: nowhere
 * @param fresh where this run writes it; null: it does not
 */
record ClassArchive(@Nullable Path file, @Nullable Path fresh) {
  private static final Duration ABANDONED = Duration.ofHours(1);

  static ClassArchive of(NodeCode code) throws IOException {
    Path jar = code.cached();
    if (jar == null) {
      return new ClassArchive(null, null);
    }
    String jvm =
        Integer.toHexString(
            (System.getProperty("java.home") + System.getProperty("java.vm.version")).hashCode());
    Path file = jar.resolveSibling(jar.getFileName() + "-" + jvm + ".jsa");
    if (Files.exists(file)) {
      return new ClassArchive(file, null);
    }
    removeAbandoned(jar.resolveSibling(""));
    return new ClassArchive(
        file, file.resolveSibling(file.getFileName() + "." + System.nanoTime() + ".new"));
  }

  /** Left by programs that were killed. */
  private static void removeAbandoned(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.new")) {
      for (Path each : all) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
          Files.deleteIfExists(each);
        }
      }
    }
  }

  List<String> options() {
    if (file == null) {
      return List.of();
    }
    return List.of(
        fresh == null ? "-XX:SharedArchiveFile=" + file : "-XX:ArchiveClassesAtExit=" + fresh);
  }

  /** The process that was started with the options has ended: what it wrote is the next one's. */
  void ended(Process process) {
    if (file == null || fresh == null) {
      return;
    }
    try {
      if (!process.isAlive() && process.exitValue() == 0 && Files.exists(fresh)) {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      return; // the next one tries again
    }
  }
}
