package io.muster.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where things are kept for this user's next program that can be made again: {@code
 * ~/.muster/cache}, or the folder that the system property {@value #PROPERTY} names. Nobody else
 * may write there, since code is taken from it. Any thread.
 */
public final class UserCache {
  /** The system property that names another folder. */
  public static final String PROPERTY = "muster.cache";

  private UserCache() {}

  /**
   * One of its folders, made if it is not there.
   *
   * @return empty where there is no home or it can't be written to
   */
  public static Optional<Path> folder(String name) {
    try {
      Path folder = root().resolve(name).toAbsolutePath();
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, onlyForTheUser(folder));
      }
      return Optional.of(folder).filter(Files::isWritable);
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // a home that is read-only or none: all works without, slower
    }
  }

  private static Path root() throws IOException {
    String chosen = System.getProperty(PROPERTY);
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path home = UserHome.folder();
    if (!home.isAbsolute() || !Files.isDirectory(home)) {
      throw new IOException("no home: " + home);
    }
    return home.resolve(".muster").resolve("cache");
  }

  private static FileAttribute<?>[] onlyForTheUser(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }
}
