package io.muster.deploy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The classes of {@code io.muster.deploy.tasks} as a user's jar. */
final class TasksJar {
  private static final String FOLDER = "io/muster/deploy/tasks/";

  /** Where it is. */
  static final Path PATH = pack();

  private TasksJar() {}

  /** The whole name of one of its classes. */
  static String named(String simpleName) {
    return FOLDER.replace('/', '.') + simpleName;
  }

  private static Path pack() {
    try {
      Path classes =
          Path.of(TasksJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<Path> files;
      try (Stream<Path> found = Files.list(classes.resolve(FOLDER))) {
        files = found.sorted().toList();
      }
      Path jar = Files.createTempFile("tasks", ".jar");
      jar.toFile().deleteOnExit();
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        for (Path file : files) {
          out.putNextEntry(new JarEntry(FOLDER + file.getFileName()));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
