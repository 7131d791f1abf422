package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that is soon full; the test is skipped where it may not be mounted. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  static SmallDisk mounted(Path folder, int megabytes) throws IOException {
    Files.createDirectories(folder);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()),
        "needs to be root to mount a small file system");
    return new SmallDisk(folder);
  }

  void resize(int megabytes) throws IOException {
    assertThat(run("mount", "-o", "remount,size=" + megabytes + "m", folder.toString())).isTrue();
  }

  /** Leaves room for nothing. */
  void fill() throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(folder.resolve("filler"))) {
      while (folder.toFile().getUsableSpace() > 0) {
        out.write(page);
      }
    }
  }

  private static boolean run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Also while something there is still open. */
  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
  }
}
