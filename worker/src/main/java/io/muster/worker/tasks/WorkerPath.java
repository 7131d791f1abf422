package io.muster.worker.tasks;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Paths on the worker's machine, and what is wrong with them in words. */
final class WorkerPath {
  private WorkerPath() {}

  /** A path from the root on: whoever submitted it is at another place, if not another machine. */
  static Path of(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path: '" + text + "'", e);
    }
    throw new IllegalArgumentException(
        "not an absolute path: '" + text + "' (it is looked for on the worker)");
  }

  /** The same failure with a line that says what it is. */
  static IOException explained(String path, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return new IOException("no such file: " + path, failure);
    } else if (failure instanceof AccessDeniedException) {
      return new IOException("no permission to read " + path, failure);
    }
    return new IOException("cannot read " + path + ": " + failure.getMessage(), failure);
  }
}
