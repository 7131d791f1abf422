package io.muster.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Tells Muster's own jars and class folders, which task processes have already, from a user's.
 * Known by what they hold: a class of Muster's and none of anybody else's, so that a user's fat jar
 * with Muster inside is the user's.
 */
final class OwnCode {
  /** One class of each module. */
  private static final List<String> MARKS =
      List.of(
          "io/muster/api/Task.class",
          "io/muster/protocol/JobId.class",
          "io/muster/node/link/Link.class",
          "io/muster/coordinator/CoordinatorMain.class",
          "io/muster/worker/WorkerMain.class",
          "io/muster/local/LocalStarter.class");

  private static final Pattern CLASS =
      Pattern.compile(
          "(META-INF/versions/\\d+/)?(module-info|io/muster/(api|calls|client|code|coordinator"
              + "|harness|local|node|protocol|shaded|worker)/.*)\\.class");

  private OwnCode() {}

  static boolean holds(ZipFile jar) {
    return MARKS.stream().anyMatch(mark -> jar.getEntry(mark) != null)
        && jar.stream().map(ZipEntry::getName).allMatch(OwnCode::isNobodyElses);
  }

  static boolean holds(Path folder) throws IOException {
    if (MARKS.stream().noneMatch(mark -> Files.exists(folder.resolve(mark)))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .allMatch(OwnCode::isNobodyElses);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isNobodyElses(String name) {
    return !name.endsWith(".class") || CLASS.matcher(name).matches();
  }
}
