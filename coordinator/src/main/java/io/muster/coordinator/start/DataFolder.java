package io.muster.coordinator.start;

import io.muster.coordinator.access.PrivateFiles;
import io.muster.coordinator.journal.JournalId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator's folder, this process's own as long as it is open: {@code version} says which
 * layout it has, {@code lock} is locked by who uses it.
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** Of the layout; a folder of a later one is refused. */
  static final int VERSION = 1;

  private final Path path;
  private final FileChannel lock;
  private final @Nullable Object lockKey;

  private DataFolder(Path path, FileChannel lock) throws IOException {
    this.path = path;
    this.lock = lock;
    lockKey = keyOf(path);
  }

  /** Makes the folder where it is not there, and takes it. */
  static DataFolder open(Path path) throws StartRefused {
    Path folder = path.toAbsolutePath().normalize();
    DataFolder opened;
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StartRefused("--data: " + folder + " is not a folder");
    }
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      opened =
          new DataFolder(
              folder,
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new StartRefused("data folder " + folder + " is not writable: " + reason(e), e);
    }
    try {
      if (!opened.locked()) {
        throw new StartRefused(
            "data folder " + folder + " is in use by another coordinator" + opened.holder());
      }
      opened.checkVersion(); // before anything is written: another version's folder is left alone
      opened.sign();
      opened.closeToOthers(List.of("blobs", "jobs", "journal", "log", "spool"));
      return opened;
    } catch (IOException e) {
      opened.close();
      throw new StartRefused("data folder " + folder + " cannot be used: " + reason(e), e);
    } catch (StartRefused e) {
      opened.close();
      throw e;
    }
  }

  /**
   * What is new of these is made so that only this user may enter, whoever made the data folder.
   */
  private void closeToOthers(List<String> inner) throws IOException {
    for (String name : inner) {
      PrivateFiles.folder(path.resolve(name));
    }
    if (Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
      LOG.warn("every user of this machine may write to data folder {}: chmod 700 it", path);
    }
  }

  private boolean locked() throws IOException {
    try {
      @Nullable FileLock taken = lock.tryLock();
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Leaves this process's id in the lock, for whoever finds it locked. */
  private void sign() throws IOException {
    lock.truncate(0);
    lock.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
  }

  private String holder() throws IOException {
    String pid = Files.readString(path.resolve("lock"), StandardCharsets.UTF_8).strip();
    return pid.isEmpty() ? "" : ", process " + pid;
  }

  private void checkVersion() throws IOException, StartRefused {
    Path file = path.resolve("version");
    if (!Files.exists(file)) {
      Path fresh = path.resolve("version.new");
      Files.writeString(fresh, VERSION + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    String version = Files.readString(file, StandardCharsets.UTF_8).strip();
    if (version.isEmpty()) {
      throw new StartRefused(
          "data folder "
              + path
              + " is damaged, its file 'version' is empty: restore a copy of it, or start with"
              + " another --data");
    }
    if (!version.equals(Integer.toString(VERSION))) {
      throw new StartRefused(
          "data folder "
              + path
              + " has version "
              + version
              + ", this coordinator reads version "
              + VERSION
              + ": use the coordinator that wrote it, or another --data");
    }
  }

  /**
   * Refuses a journal that is not the one this folder's bytes belong to: without its decisions they
   * would be swept. A database of which nothing can be read opens as an empty one, with a new id.
   *
   * @param place named to the user
   */
  void requireJournal(JournalId journal, String place) throws StartRefused {
    Path file = path.resolve("journal.id");
    try {
      if (!Files.exists(file)) {
        Path fresh = path.resolve("journal.id.new");
        Files.writeString(fresh, journal.value() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } else if (!Files.readString(file, StandardCharsets.UTF_8).strip().equals(journal.value())) {
        throw new StartRefused(
            "the journal "
                + place
                + " is not the one of data folder "
                + path
                + ", or is damaged: restore a copy of both, or start with another --data");
      }
    } catch (IOException e) {
      throw new StartRefused("data folder " + path + " cannot be used: " + reason(e), e);
    }
  }

  Path path() {
    return path;
  }

  /** Whether the lock in the folder is still the one that this process holds. */
  boolean isStillOurs() {
    try {
      return Objects.equals(lockKey, keyOf(path));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // a disk that does not answer now says nothing about the folder
    }
  }

  private static @Nullable Object keyOf(Path folder) throws IOException {
    return Files.readAttributes(folder.resolve("lock"), BasicFileAttributes.class).fileKey();
  }

  Path logs() {
    return path.resolve("log");
  }

  /** Whatever the system says, without the path that the line names already. */
  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replaceAll("Exception$", "");
    String words = kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
    return e instanceof java.nio.file.FileSystemException system && system.getReason() == null
        ? words
        : String.valueOf(
            e instanceof java.nio.file.FileSystemException system
                ? system.getReason()
                : e.getMessage());
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // Nothing was written through it; the lock ends with the process at the latest.
      org.slf4j.LoggerFactory.getLogger(DataFolder.class).debug("closing {}", path, e);
    }
  }
}
