package io.muster.deploy.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process that was started, and the lines it has printed so far; any thread may ask. */
final class RunningProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Lines out;
  private final Lines err;

  private RunningProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.out = new Lines(name + " out", process.getInputStream());
    this.err = new Lines(name + " err", process.getErrorStream());
  }

  static RunningProcess start(String name, ProcessBuilder builder) {
    try {
      return new RunningProcess(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed on standard output until now. */
  List<String> out() {
    return out.now();
  }

  /** What it has printed on standard error until now. */
  List<String> err() {
    return err.now();
  }

  /** The first line on standard output that fits, as soon as it is there. */
  String awaitOut(Predicate<String> fits) {
    return out.await(lines -> lines.stream().filter(fits).findFirst().orElse(null), this);
  }

  /** The first line on standard error that fits, as soon as it is there. */
  String awaitErr(Predicate<String> fits) {
    return err.await(lines -> lines.stream().filter(fits).findFirst().orElse(null), this);
  }

  /** Returns when that many lines are on standard output, or when it has ended without them. */
  void awaitOutLines(int count) {
    out.await(lines -> lines.size() >= count ? "" : null, this);
  }

  /** Waits for its end; what it printed is complete then. */
  int awaitExit() {
    try {
      if (!process.waitFor(Until.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(name + " has not ended; it said " + out() + err());
      }
      out.awaitEnd();
      err.awaitEnd();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A line for its standard input. */
  void writeLine() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to end (SIGTERM). */
  void terminate() {
    process.destroy();
  }

  /** Kills it (SIGKILL) and returns when it is dead. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return name
        + " (pid "
        + pid()
        + (isAlive() ? ")" : ", ended with " + process.exitValue() + ")");
  }

  static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("MUSTER_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }

  /** The lines of one stream, read by a thread of their own. */
  private static final class Lines {
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    Lines(String name, InputStream stream) {
      reader = new Thread(() -> read(stream), name);
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream stream) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line; (line = in.readLine()) != null; ) {
          synchronized (this) {
            lines.add(line);
            notifyAll();
          }
        }
      } catch (IOException e) {
        // killed while it was read: what came stands
      } finally {
        synchronized (this) {
          ended = true;
          notifyAll();
        }
      }
    }

    synchronized List<String> now() {
      return List.copyOf(lines);
    }

    synchronized String await(
        java.util.function.Function<List<String>, String> find, RunningProcess process) {
      long end = System.nanoTime() + Until.LIMIT.toNanos();
      while (true) {
        String found = find.apply(lines);
        if (found != null) {
          return found;
        }
        if (ended) {
          throw new AssertionError(process + " ended without it: " + process.out() + process.err());
        }
        pause(end, process);
      }
    }

    private void pause(long end, RunningProcess process) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError(process + " does not say it: " + process.out() + process.err());
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void awaitEnd() throws InterruptedException {
      reader.join(Until.LIMIT.toMillis());
    }
  }
}
