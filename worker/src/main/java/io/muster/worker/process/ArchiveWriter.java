package io.muster.worker.process;

import io.muster.code.ClassArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a JVM write the archive from which later task processes start in half the time: once for each
 * user, version and JVM. It takes a second and a half of a core, with the priority of tasks, and
 * bears a marker as they do.
 */
public final class ArchiveWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveWriter.class);
  private static final long PATIENCE_SECONDS = 120;

  private final Surroundings surroundings;
  private final ClassArchive archive;
  private final String mark;
  private final Path folder;
  private final Path socket;

  private ArchiveWriter(Surroundings surroundings) {
    this.surroundings = surroundings;
    archive = surroundings.jvm().archive();
    mark = surroundings.marks().next();
    String name = mark.substring(mark.lastIndexOf('.') + 1);
    folder = surroundings.temp().resolve(name);
    socket = surroundings.sockets().resolve(name);
  }

  /** Begins to, unless there is one or there is nowhere to put one. */
  public static void start(Surroundings surroundings) {
    if (surroundings.jvm().archive().fresh() != null) {
      ArchiveWriter writer = new ArchiveWriter(surroundings);
      surroundings.nice().execute(writer::launch);
    }
  }

  private void launch() {
    try {
      Files.createDirectories(folder);
      Process process =
          Launch.start(
              surroundings
                  .launch()
                  .builder(surroundings.jvm().rehearsal(socket, folder), folder, mark, Map.of())
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.DISCARD));
      surroundings.threads().execute(() -> finish(process));
    } catch (IOException e) {
      LOG.info("no archive of the task processes' classes: {}", e.toString());
      cleanUp();
    }
  }

  private void finish(Process process) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      LOG.info("the archive of the task processes' classes: exit code {}", process.exitValue());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    archive.ended(process);
    cleanUp();
  }

  private void cleanUp() {
    surroundings.marks().release(mark);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.debug("cannot remove {}", socket, e);
    }
    Folders.remove(folder);
  }
}
