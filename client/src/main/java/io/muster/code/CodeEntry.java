package io.muster.code;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** One entry of a class path, and the jar that it travels as. */
sealed interface CodeEntry permits CodeEntry.Jar, ClassFolder {
  /**
   * What tells whether content has changed without reading it.
   *
   * @param text differs when the content does
   * @param newest when its last file was written
   */
  record Stamp(String text, FileTime newest) {
    private static final Duration CLOCK = Duration.ofSeconds(2);

    /**
     * Whether a later change would show: file systems count time in ticks of up to two seconds, and
     * a file may be written twice in one.
     */
    boolean isSettled() {
      return newest.toInstant().plus(CLOCK).isBefore(Instant.now());
    }
  }

  /** Where it is. */
  Path path();

  /** What the jar is called by people. */
  String name();

  Stamp stamp() throws IOException;

  /** The jar's bytes; the same for the same content. */
  InputStream open() throws IOException;

  /** What the path is by now. */
  static CodeEntry at(Path path) {
    return Files.isDirectory(path) ? new ClassFolder(path) : new Jar(path);
  }

  /** A jar goes as it is. */
  record Jar(Path path) implements CodeEntry {
    @Override
    public String name() {
      return String.valueOf(path.getFileName());
    }

    @Override
    public Stamp stamp() throws IOException {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      FileTime written = file.lastModifiedTime();
      return new Stamp(file.size() + " " + written.toInstant() + " " + file.fileKey(), written);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }
}
