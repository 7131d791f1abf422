package io.muster.worker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a process occupies now. */
final class ResidentSize {
  private static final long PAGE = 4096;

  private ResidentSize() {}

  /** In bytes; 0 when the process is gone. */
  static long of(long pid) {
    try {
      String[] pages = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", 3);
      return Long.parseLong(pages[1]) * PAGE;
    } catch (IOException e) {
      return 0;
    }
  }
}
