package io.muster.local;

import io.muster.client.LocalCluster;
import io.muster.code.ClassArchive;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The child process of a local cluster. As long as the pipe to its standard input is open it lives;
 * when the pipe from its standard output ends nothing of it is left.
 */
final class LocalProcess implements LocalCluster {
  private static final String READY = "ready api=";
  private static final long START_SECONDS = 60;
  private static final long END_SECONDS = 30;

  /** Settings of the nodes, {@code -Dmuster.worker.task-memory=1g} say, are passed on. */
  private static final List<String> PASSED_ON = List.of("muster.worker.", "muster.coordinator.");

  /**
   * Compiling well is put off a little: while starting, compilers take half of two processors. What
   * is used much is compiled well all the same.
   */
  private static final List<String> COMPILERS =
      List.of(
          "-XX:Tier4InvocationThreshold=20000",
          "-XX:Tier4MinInvocationThreshold=5000",
          "-XX:Tier4CompileThreshold=40000",
          "-XX:Tier4BackEdgeThreshold=200000");

  private final Process process;
  private final ClassArchive archive;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private LocalProcess(Process process, ClassArchive archive) {
    this.process = process;
    this.archive = archive;
  }

  static LocalProcess start(NodeCode code, int processes) throws IOException {
    ClassArchive archive = ClassArchive.of(code.cached());
    ProcessBuilder builder =
        new ProcessBuilder(command(code, archive, processes))
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("MUSTER_") || name.endsWith("JAVA_OPTIONS"));
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // a debugger's port is taken already
    LocalProcess started = new LocalProcess(builder.start(), archive);
    started.follow();
    started.awaitReady();
    started.gone.thenRun(code::ended);
    return started;
  }

  private static List<String> command(NodeCode code, ClassArchive archive, int processes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    command.addAll(COMPILERS);
    command.add("-XX:-UsePerfData");
    command.add("-Xshare:auto");
    command.add("-Xlog:disable"); // its words about archives are nobody's business
    command.addAll(archive.write().isEmpty() ? archive.use() : archive.write());
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    System.getProperties()
        .forEach(
            (name, value) -> {
              if (PASSED_ON.stream().anyMatch(name.toString()::startsWith)) {
                command.add("-D" + name + "=" + value);
              }
            });
    command.addAll(code.launch());
    command.add(Integer.toString(processes));
    return command;
  }

  private void follow() {
    Thread reader = new Thread(this::read, "muster-local");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(READY)) {
          ready.complete(line.substring(READY.length()));
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    } finally {
      ready.completeExceptionally(new IOException("the pipe ended"));
      gone.complete(null);
    }
  }

  private void awaitReady() throws IOException {
    try {
      String unused = ready.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      close();
      throw new IOException("its process ended: see standard error", e);
    } catch (TimeoutException e) {
      close();
      throw new IOException("it was not ready within " + START_SECONDS + " s", e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public String address() {
    return ready.join();
  }

  @Override
  public void whenEnded(Consumer<String> ended) {
    gone.thenAcceptAsync(
        none ->
            ended.accept(
                "the local cluster's process has ended"
                    + (process.isAlive() ? "" : " with exit code " + process.exitValue())),
        work -> new Thread(work, "muster-local-ended").start());
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy(); // then it ends by that
    }
    if (!isGoneWithin(END_SECONDS)) {
      process.destroyForcibly(); // its guardian does the rest
      isGoneWithin(END_SECONDS);
    }
    archive.ended(process);
  }

  /** Also when the calling thread is interrupted: nothing is to be left behind. */
  private boolean isGoneWithin(long seconds) {
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (true) {
        try {
          gone.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException | ExecutionException e) {
          return false;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String toString() {
    return "local cluster, process " + process.pid();
  }
}
