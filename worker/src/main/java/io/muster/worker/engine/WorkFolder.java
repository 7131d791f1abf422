package io.muster.worker.engine;

import io.muster.worker.process.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a worker works in, locked against a second worker.
 *
 * @param root where the log is too
 * @param isTemporary whether it goes with the worker
 * @param sockets a folder of its own with a short name, mode 0700, which goes with the worker
 */
public record WorkFolder(Path root, boolean isTemporary, Path sockets, FileChannel lock) {

  /** What temporary ones are called. */
  static final String TEMPORARY = "muster-worker-";

  /** The file that a worker has locked as long as it lives. */
  static final String LOCK = "lock";

  /**
   * The file that says whose it is, and what goes with it, as long as that worker has not ended.
   */
  static final String NOTE = "worker";

  private static final int LONGEST_FOR_SOCKETS = 60;

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** A new one among the system's temporary files. */
  public static WorkFolder temporary() throws IOException {
    return open(Files.createTempDirectory(TEMPORARY), true);
  }

  /**
   * This one, made if it is not there.
   *
   * @throws IOException when it can't be made or written, or another worker has it; one line
   */
  public static WorkFolder at(Path root) throws IOException {
    return open(Files.createDirectories(root, PRIVATE), false);
  }

  private static WorkFolder open(Path root, boolean isTemporary) throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new IOException("in use by another worker");
    }
    for (String inner : new String[] {"tmp", "out"}) {
      Folders.remove(root.resolve(inner));
    }
    for (String inner : new String[] {"cache", "tmp", "out"}) {
      Files.createDirectories(root.resolve(inner), PRIVATE);
    }
    Path sockets = Files.createTempDirectory(forSockets(), "muster", PRIVATE);
    return new WorkFolder(root, isTemporary, sockets, channel);
  }

  /** The path of a socket has at most 108 bytes (unix(7)). */
  private static Path forSockets() {
    Path usual = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    Path shorter = Path.of("/tmp");
    return usual.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_FOR_SOCKETS
            && Files.isWritable(shorter)
        ? shorter
        : usual;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this very process
    }
  }

  /** Blobs that were fetched. */
  public Path cache() {
    return root.resolve("cache");
  }

  /** Large values on their way to the coordinator. */
  public Path out() {
    return root.resolve("out");
  }

  /** Task processes' own folders. */
  public Path temp() {
    return root.resolve("tmp");
  }

  /** Unlocks it and removes what goes with the worker. */
  public void close() throws IOException {
    Files.deleteIfExists(root.resolve(NOTE));
    lock.close();
    Folders.remove(sockets);
    Folders.remove(isTemporary ? root : temp());
  }
}
