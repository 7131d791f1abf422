package io.muster.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's {@link Guardian}, as long as this process has its pipe open; in a process group of
 * its own, so that Ctrl-C at the worker's terminal does not end it. One that dies is replaced.
 */
public final class GuardianProcess implements AutoCloseable {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private static final Logger LOG = LoggerFactory.getLogger(GuardianProcess.class);
  private static final long PAUSE_SECONDS = 1;

  private final List<String> argv;
  private final ProcessBuilder.Redirect output;
  private Process process;
  private boolean closed;

  private GuardianProcess(List<String> argv, ProcessBuilder.Redirect output) throws IOException {
    this.argv = argv;
    this.output = output;
    process = launch();
  }

  /**
   * Starts it.
   *
   * @param home folder for its class files; it is removed with the others
   * @param removed folders that go with the worker
   */
  public static GuardianProcess start(String incarnation, Path home, List<Path> removed)
      throws IOException {
    return start(incarnation, home, removed, ProcessBuilder.Redirect.DISCARD);
  }

  /**
   * Starts it.
   *
   * @param output held open until it has done its work, never written to; a pipe's reader sees by
   *     its end that nothing is left
   */
  public static GuardianProcess start(
      String incarnation, Path home, List<Path> removed, ProcessBuilder.Redirect output)
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
    return new GuardianProcess(argv, output);
  }

  private Process launch() throws IOException {
    Process launched =
        new ProcessBuilder(argv)
            .directory(Path.of("/").toFile())
            .redirectOutput(output)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    launched
        .onExit()
        .thenRunAsync(
            this::replace, CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS));
    return launched;
  }

  private synchronized void replace() {
    if (closed) {
      return;
    }
    try {
      process = launch();
      LOG.warn("the guardian died; its place is taken by process {}", process.pid());
    } catch (IOException e) {
      LOG.error("the guardian died, and there is none now", e);
      CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS).execute(this::replace);
    }
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
  public synchronized long pid() {
    return process.pid();
  }

  /** Lets it do its work and end. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    process.getOutputStream().close();
  }
}
