package io.muster.worker.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/** What the system said when something with a file failed, for a line that names the place. */
public final class Reason {
  private Reason() {}

  public static String of(UncheckedIOException e) {
    return e.getCause() == null ? e.toString() : of(e.getCause());
  }

  public static String of(IOException e) {
    String said = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return said == null ? e.toString() : said;
  }
}
