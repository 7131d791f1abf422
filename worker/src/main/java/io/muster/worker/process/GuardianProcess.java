package io.muster.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The worker's {@link Guardian}, as long as this process has its pipe open; in a process group of
 * its own, so that Ctrl-C at the worker's terminal does not end it.
 */
public final class GuardianProcess implements AutoCloseable {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Process process;

  private GuardianProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param home folder for its class files; it is removed with the others
   * @param removed folders that go with the worker
   */
  public static GuardianProcess start(String incarnation, Path home, List<Path> removed)
      throws IOException {
    for (Class<?> part :
        List.of(Guardian.class, MarkedProcesses.class, MarkedProcesses.Marked.class)) {
      copyClass(part, home);
    }
    copyClass("io/muster/worker/process/Guardian$1.class", home);
    List<String> argv = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      argv.add(SETSID.toString());
    }
    argv.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx16m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-cp",
            home.toString(),
            Guardian.class.getName(),
            incarnation,
            home.toString()));
    removed.forEach(folder -> argv.add(folder.toString()));
    return new GuardianProcess(
        new ProcessBuilder(argv)
            .directory(Path.of("/").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private static void copyClass(Class<?> part, Path home) throws IOException {
    copyClass(part.getName().replace('.', '/') + ".class", home);
  }

  private static void copyClass(String name, Path home) throws IOException {
    try (InputStream bytes = GuardianProcess.class.getClassLoader().getResourceAsStream(name)) {
      if (bytes == null) {
        throw new IOException("no " + name + " on the class path");
      }
      Path copy = home.resolve(name);
      Files.createDirectories(copy.getParent());
      Files.copy(bytes, copy);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Lets it do its work and end. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }
}
