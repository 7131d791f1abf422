package io.muster.coordinator.journal;

import java.nio.file.Path;

/** How the embedded H2 is set so that what was acknowledged survives {@code kill -9}. */
final class EmbeddedDatabase {
  private EmbeddedDatabase() {}

  /**
   * WRITE_DELAY=0 writes at commit; otherwise half a second of acknowledged commits is gone when
   * the process is killed. RETENTION_TIME is how long, in milliseconds, the space of what was
   * overwritten is left alone, so that half a write can be taken back: with the default of 45 s the
   * file grows by tens of megabytes a second under load, with 0 acknowledged commits were once
   * lost. The page cache is small because the journal is read only at start.
   */
  static String url(Path file) {
    return "jdbc:h2:file:"
        + file.toAbsolutePath()
        + ";WRITE_DELAY=0;RETENTION_TIME=250;CACHE_SIZE=1024;DB_CLOSE_ON_EXIT=FALSE";
  }
}
