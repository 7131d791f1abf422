package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * The JVM's archive of a packaged jar's classes (AppCDS), with which nodes and commands start in
 * half the time. Once for each build and JVM, a small cluster that ends in order writes all of
 * them; who comes meanwhile does without. An archive that the JVM can't use it ignores.
 */
enum ClassArchive {
  COORDINATOR("muster.coordinator.jar"),
  WORKER("muster.worker.jar"),
  CLI("muster.coordinator.jar");

  /** Nobody is to hear of an archive that does not fit, in whatever words the JVM has for it. */
  private static final String QUIETLY = "-Xlog:disable";

  private static final Path FOLDER = Path.of("target", "archives").toAbsolutePath();

  /** Where a few JVMs start, they cost more than they save. */
  private static final boolean WANTED =
      !System.getProperty("muster.test.archives", "true").equals("false");

  private static boolean tried;

  private final String jar;

  ClassArchive(String jar) {
    this.jar = jar;
  }

  /** What tells a JVM to use it; nothing if it is not there. */
  List<String> using() {
    return Files.exists(file()) ? with("-XX:SharedArchiveFile=" + file()) : List.of();
  }

  private List<String> writing() {
    return with("-XX:ArchiveClassesAtExit=" + fresh());
  }

  private static List<String> with(String option) {
    return List.of(QUIETLY, option);
  }

  private Path file() {
    return FOLDER.resolve(name().toLowerCase(Locale.ROOT) + "-" + key() + ".jsa");
  }

  private Path fresh() {
    return file().resolveSibling(file().getFileName() + ".new");
  }

  /** What programs keep from one run to the next, here for all of a build's, as a user's is. */
  static Path cache() {
    return FOLDER.resolve("programs");
  }

  private String key() {
    Path path = MusterCluster.jar(jar);
    try {
      List<Object> build = List.of(path, Files.size(path), Files.getLastModifiedTime(path));
      return Integer.toHexString(build.hashCode())
          + "-"
          + Integer.toHexString(MusterCluster.java().hashCode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sees to it that they are there, unless another process is at it. */
  static synchronized void make() {
    if (tried || !WANTED) {
      return;
    }
    tried = true;
    try {
      Files.createDirectories(FOLDER);
      try (FileChannel channel =
              FileChannel.open(
                  FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        Path done = FOLDER.resolve(COORDINATOR.key() + "-" + WORKER.key());
        if (lock != null && !Files.exists(done)) {
          removeOld();
          write();
          Files.createFile(done);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of other builds, whatever their JVM. */
  private static void removeOld() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, "*.{jsa,new}")) {
      for (Path file : files) {
        String build = file.getFileName().toString().split("-")[1];
        if (List.of(values()).stream().noneMatch(each -> each.key().startsWith(build))) {
          Files.delete(file);
        }
      }
    }
  }

  private static void write() throws IOException {
    JvmFlags flags = JvmFlags.with(COORDINATOR.writing(), WORKER.writing(), CLI.writing());
    try (MusterCluster cluster = MusterCluster.prepared(() -> flags)) {
      cluster.startCoordinator();
      RunningProcess worker = cluster.startWorker("--slots", "1").process();
      String[] submit =
          MusterCluster.taskArguments("submit", "Square", "--range", "0..10", "--wait");
      RunningProcess command = cluster.cliStarted(submit);
      assertThat(command.awaitExit()).as(command.out() + " " + command.err()).isZero();
      for (RunningProcess node : List.of(worker, cluster.coordinator())) {
        node.terminate();
        node.awaitExit();
      }
    }
    for (ClassArchive each : values()) {
      if (Files.exists(each.fresh())) {
        Files.move(each.fresh(), each.file(), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
