package io.muster.code;

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
 * The JVM's archive of a jar's classes (AppCDS), which about halves the time to start from it. It
 * stands beside the jar in the user's cache, one for each jar and JVM; the first run that ends in
 * order writes it. Without it, or when the JVM refuses it, all works, later. Any thread.
 *
 * @param file where it is or will be; null: nowhere
 * @param fresh where this run writes it; null: it does not
 */
public record ClassArchive(@Nullable Path file, @Nullable Path fresh) {
  private static final Duration ABANDONED = Duration.ofHours(1);

  /**
   * That of this jar and of the JVM that this program runs on.
   *
   * @param jar null: there is none that stays
   * @throws IOException if its folder can't be looked at
   */
  public static ClassArchive of(@Nullable Path jar) throws IOException {
    if (jar == null) {
      return new ClassArchive(null, null);
    }
    String jvm =
        Integer.toHexString(
            (System.getProperty("java.home") + System.getProperty("java.vm.version")).hashCode());
    Path file = jar.resolveSibling(jar.getFileName() + "-" + jvm + ".jsa");
    if (Files.exists(file)) {
      if (!isOlder(file, jar)) {
        return new ClassArchive(file, null);
      }
      Files.deleteIfExists(file);
    }
    removeAbandoned(jar.resolveSibling(""));
    return new ClassArchive(
        file, file.resolveSibling(file.getFileName() + "." + System.nanoTime() + ".new"));
  }

  /** An archive holds for a file with its time: not for one that was put there again. */
  private static boolean isOlder(Path archive, Path jar) throws IOException {
    return Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0;
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

  /** What tells a JVM to start from it, if it is there by now. */
  public List<String> use() {
    return file != null && Files.exists(file)
        ? List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + file) // else it has words about it
        : List.of();
  }

  /** What tells a JVM to write it; nothing if it was there. */
  public List<String> write() {
    return fresh == null
        ? List.of()
        : List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + fresh);
  }

  /** The process that was told to write it has ended: what it wrote is the next one's. */
  public void ended(Process process) {
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
