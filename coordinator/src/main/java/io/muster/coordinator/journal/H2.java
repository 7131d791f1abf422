package io.muster.coordinator.journal;

import java.nio.file.Path;

/** How the embedded database is set so that what was acknowledged survives {@code kill -9}. */
final class H2 {
  private H2() {}

  /**
   * WRITE_DELAY=0 writes at commit; otherwise half a second of acknowledged commits is gone when
   * the process is killed. RETENTION_TIME=0 lets the space of what was overwritten be used again at
   * once; otherwise the file grows by a few kilobytes with every commit.
   */
  static String url(Path file) {
    return "jdbc:h2:file:"
        + file.toAbsolutePath()
        + ";WRITE_DELAY=0;RETENTION_TIME=0;CACHE_SIZE=2048;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1";
  }
}
