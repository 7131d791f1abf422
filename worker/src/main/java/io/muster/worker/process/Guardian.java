package io.muster.worker.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The main class of the small process that outlives its worker: when the pipe from the worker ends,
 * whatever ended the worker, it kills all that carry the worker's marker and removes the worker's
 * temporary folders. Needs nothing but the JDK and {@link MarkedProcesses}.
 */
public final class Guardian {
  private Guardian() {}

  /**
   * @param arguments the worker's incarnation, then folders to remove
   */
  public static void main(String[] arguments) throws IOException {
    byte[] nothing = new byte[16];
    while (System.in.read(nothing) >= 0) {
      // The worker says nothing; what counts is the end.
    }
    String prefix = arguments[0] + ".";
    MarkedProcesses.kill(mark -> mark.startsWith(prefix));
    for (int i = 1; i < arguments.length; i++) {
      remove(Path.of(arguments[i]));
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, IOException error)
                throws IOException {
              Files.deleteIfExists(inner);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.err.println("cannot remove " + folder + ": " + e.getMessage());
    }
  }
}
