package io.muster.worker.engine;

import io.muster.worker.process.Folders;
import io.muster.worker.process.MarkedProcesses;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left of a worker that was killed together with its guardian: the next worker that starts
 * on the machine ends its commands and removes its folders. A note in each worker's folder says
 * whose it is; that nobody holds the folder's lock, that its worker is dead.
 */
public final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Ends what an earlier worker left in this folder, and notes whose it is now.
   *
   * @param incarnation of the worker that has the folder's lock
   * @param others further folders that go with it
   */
  public static void note(WorkFolder folder, String incarnation, List<Path> others)
      throws IOException {
    end(folder.root());
    StringBuilder note = new StringBuilder(incarnation).append('\n');
    others.forEach(other -> note.append(other).append('\n'));
    Files.writeString(folder.root().resolve(WorkFolder.NOTE), note);
  }

  /** Looks for dead workers' temporary folders on a thread of its own: nobody waits for it. */
  public static void lookSoon(WorkFolder own) {
    Path temporaryFiles = Path.of(System.getProperty("java.io.tmpdir"));
    Thread look = new Thread(() -> look(temporaryFiles, own), "leftovers");
    look.setDaemon(true);
    look.start();
  }

  static void look(Path temporaryFiles, WorkFolder own) {
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(temporaryFiles, WorkFolder.TEMPORARY + "*")) {
      UserPrincipal user = Files.getOwner(own.root());
      for (Path folder : folders) {
        // Its own is left alone: to open its lock and close it again would give the lock away.
        // The folder is everybody's: what another user says there counts for nothing.
        if (!Files.isSameFile(folder, own.root())
            && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)
            && Files.exists(folder.resolve(WorkFolder.NOTE))) {
          endIfDead(folder);
        }
      }
    } catch (IOException e) {
      LOG.debug("{} can't be looked through", temporaryFiles, e);
    }
  }

  private static void endIfDead(Path folder) {
    try (FileChannel channel =
            FileChannel.open(folder.resolve(WorkFolder.LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        end(folder);
        Folders.remove(folder);
      }
    } catch (IOException e) {
      LOG.debug("{} is not this user's, or is being removed", folder, e);
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is this process's own", folder);
    }
  }

  private static void end(Path folder) throws IOException {
    Path note = folder.resolve(WorkFolder.NOTE);
    if (!Files.exists(note)) {
      return;
    }
    List<String> lines = Files.readAllLines(note);
    if (!lines.isEmpty() && !lines.get(0).isBlank()) {
      String prefix = lines.get(0) + ".";
      LOG.info("ends what the worker before left in {}", folder);
      MarkedProcesses.kill(mark -> mark.startsWith(prefix));
      for (String other : lines.subList(1, lines.size())) {
        Folders.remove(Path.of(other));
      }
    }
    Files.deleteIfExists(note);
  }
}
